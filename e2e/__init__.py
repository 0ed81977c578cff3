"""The page in a real browser, on the real service in a process of its own: what a person would see."""
