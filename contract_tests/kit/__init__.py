"""Doubles and services that tests, the gate, e2e and benchmarks share; it uses public names of the product only."""
