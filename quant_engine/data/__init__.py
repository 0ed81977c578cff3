"""Prices and universe as of a date, from the demo panel or from the user's files."""
