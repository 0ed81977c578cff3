"""Prices and universe as of a date, from the demo panel or from files that people bring."""
