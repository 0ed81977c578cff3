"""What a service sends on its streams, and what a page handles of it."""
