"""Values that are typed on both sides: defaults, bounds and scales."""
