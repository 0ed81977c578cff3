"""Wire traces for the page's tests: recorded from the real service, and held against `openapi.json`.

`python -m contract_tests.traces` records them anew.
"""
