"""The words that all floors share: parameters, reports and errors; pydantic only."""
