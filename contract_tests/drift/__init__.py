"""The drift lab: drifts that people make, each on a copy of the tree, and the gate that must kill it for the right reason."""
