"""The app."""

from fastapi import FastAPI

from . import beds, waterings

API = "/api"

app = FastAPI(title="Greenhouse", version="1.4.0")
app.include_router(beds.router, prefix=API)
app.include_router(waterings.router, prefix=API)
