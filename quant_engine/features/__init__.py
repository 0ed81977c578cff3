"""Pure functions on bars: what was known at a close, and nothing later."""
