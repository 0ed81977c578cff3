"""Fuzz: requests that are derived from the committed contract, and checks of their answers."""
