"""Training by purged walk-forward, the ensemble, and the registry of versions."""
