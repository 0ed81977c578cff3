"""What GET answers and what POST checks; no web framework."""
