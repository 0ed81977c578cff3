"""Each dependency of each operation, found by watching, and really broken in turn."""
