"""Every field that is asked for changes something, and every field that is told is read."""
