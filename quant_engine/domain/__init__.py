"""The types that all layers share: parameters, reports and errors; imports pydantic only."""
