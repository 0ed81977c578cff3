"""The app; run it with `uvicorn scanroom.main:app`."""

from typing import Any

from fastapi import FastAPI

from scanroom import batches
from scanroom.errors import add_handlers
from scanroom.schemas import Failure
from scanroom.settings import settings

REFUSALS: dict[int | str, dict[str, Any]] = {status: {"model": Failure} for status in (404, 409, 422)}


def create_app() -> FastAPI:
    app = FastAPI(title="Scan room")
    app.include_router(batches.router, prefix=settings.api_prefix, responses=REFUSALS)
    add_handlers(app)
    return app


app = create_app()
