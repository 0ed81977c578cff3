"""Pure functions on bars: each feature uses data up to its close, and no later data."""
