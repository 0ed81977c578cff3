"""Compares what the service sends with what the contract declares."""
