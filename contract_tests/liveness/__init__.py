"""Every field of a request changes something, and every field of an answer is read."""
