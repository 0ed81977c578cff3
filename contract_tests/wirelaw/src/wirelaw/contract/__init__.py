"""The contract: an OpenAPI document, and what the page makes of it."""
