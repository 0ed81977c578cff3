"""Clients of other languages: `openapi-3.1.json` equals the contract in meaning, and generators make clients of it that work.

`python -m contract_tests.clients` (`nox -s clients`) generates, compiles and runs them; the tests of this folder
need no generator.
"""
