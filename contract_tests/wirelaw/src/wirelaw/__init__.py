"""Finds drift between a FastAPI service and its TypeScript page: what one side sends and the other does not expect."""

VERSION = "0.1.0"
