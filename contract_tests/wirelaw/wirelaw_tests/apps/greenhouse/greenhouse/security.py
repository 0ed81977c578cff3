"""Who may open valves."""

import os
import secrets
from typing import Annotated

from fastapi import HTTPException, Security
from fastapi.security import APIKeyHeader

api_key = APIKeyHeader(name="X-API-Key")


def require_key(key: Annotated[str, Security(api_key)]) -> None:
    """Only the greenhouse's own page may open valves. Reading is free."""
    if not secrets.compare_digest(key, os.environ.get("GREENHOUSE_KEY", "seedling")):
        raise HTTPException(403, "This key may not open valves.")
