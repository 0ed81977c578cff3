"""Answers of the real service for the page's tests, checked against `openapi.json`.

`python -m contract_tests.traces` records them again.
"""
