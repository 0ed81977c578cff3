"""Faults planted in a copy of the page's sources, and in the contract that its types come from."""
