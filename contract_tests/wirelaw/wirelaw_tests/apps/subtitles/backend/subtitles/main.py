"""The app."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from subtitles import jobs


def operation_id(route: APIRoute) -> str:
    return route.name


app = FastAPI(
    title="Subtitles", version="0.3.0", generate_unique_id_function=operation_id
)
app.include_router(jobs.router, prefix="/api/v1")
