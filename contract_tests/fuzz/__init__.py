"""Fuzz: what clients may send, derived from the committed contract, and what the service makes of it."""
