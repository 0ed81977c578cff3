"""Routes through routers, and what operations take."""

from collections.abc import Callable

import pytest

from wirelaw.calls.client import Wire
from wirelaw.calls.security import requirement

Service = Callable[[dict[str, str]], Wire]

MAIN = """
from fastapi import FastAPI, APIRouter
from app.config import settings, PREFIX
from app import items
from app.jobs import router as jobs, register

app = FastAPI()
api = APIRouter(prefix="/v1")
api.include_router(items.router, prefix=PREFIX)
app.include_router(api, prefix=settings.API_ROOT)
app.include_router(jobs)
register(app)
app.add_api_route("/health", items.health, methods=["GET", "POST"])
app.mount("/files", StaticFiles(directory="files"))
app.mount("/", StaticFiles(directory="page", html=True))
app.include_router(users.get_auth_router(backend), prefix="/auth")
"""
CONFIG = """
from pydantic_settings import BaseSettings
PREFIX = "/items"

class Settings(BaseSettings):
    API_ROOT: str = "/api"

settings = Settings()
"""
ITEMS = """
from fastapi import APIRouter, Depends, Query, Request, Form, UploadFile, Body
from typing import Annotated
from pydantic import BaseModel, Field

router = APIRouter()

class Item(BaseModel):
    name: str
    size: int = Field(default=1, alias="itemSize")

def paging(limit: int = 10, offset: int = 0): ...

Paging = Annotated[dict, Depends(paging)]

@router.get("")
def list_items(page: Paging, kind: str | None = None, order: str = Query("name", alias="sort")): ...

@router.post("")
def create_item(item: Item): ...

@router.put("/{item_id}")
def replace_item(item_id: int, item: Item, note: str = Body("")): ...

@router.post("/{item_id}/raw")
async def raw(item_id: int, request: Request):
    return await request.json()

@router.post("/upload")
def upload(file: UploadFile, note: str = Form("")): ...

def allowed(item: Item): ...

@router.post("/{item_id}/copy", dependencies=[Depends(allowed)])
def copy_item(item_id: int, item: Item): ...

@router.patch("/{item_id}")
def update_item(item_id: int, item: Item | None = None): ...

def health(): ...
"""
JOBS = """
from fastapi import APIRouter
router = APIRouter(prefix="/jobs")
orphan = APIRouter(prefix="/orphans")

@router.get("/{job_id}")
def get_job(job_id: str): ...

@orphan.get("/{orphan_id}")
def get_orphan(orphan_id: str): ...

def register(target):
    @target.get("/late")
    def late(): ...
"""
APP = {
    "app/main.py": MAIN,
    "app/config.py": CONFIG,
    "app/items.py": ITEMS,
    "app/jobs.py": JOBS,
}


def test_routes_have_the_prefixes_of_all_routers_above(service: Service) -> None:
    found = {(one.route.path, one.route.methods) for one in service(APP).operations}
    assert found == {
        ("/api/v1/items", ("GET",)),
        ("/api/v1/items", ("POST",)),
        ("/api/v1/items/{item_id}", ("PUT",)),
        ("/api/v1/items/{item_id}", ("PATCH",)),
        ("/api/v1/items/{item_id}/raw", ("POST",)),
        ("/api/v1/items/{item_id}/copy", ("POST",)),
        ("/api/v1/items/upload", ("POST",)),
        ("/jobs/{job_id}", ("GET",)),
        ("/**/orphans/{orphan_id}", ("GET",)),
        ("/late", ("GET",)),
        ("/health", ("GET", "POST")),
        ("/files/**", ()),
        ("/auth/**", ()),
    }


def test_parameters_are_where_fastapi_reads_them(service: Service) -> None:
    operations = {one.title: one for one in service(APP).operations}
    listing = operations["GET /api/v1/items"]
    assert set(listing.query) == {"limit", "offset", "kind", "sort"}
    assert not listing.is_query_open
    assert listing.body.kind == "none"
    created = operations["POST /api/v1/items"].body
    assert (created.kind, created.required, created.name) == ("object", True, "Item")
    assert {one.name for one in created.fields} == {"name", "size", "itemSize"}
    embedded = operations["PUT /api/v1/items/{item_id}"].body
    assert [(one.name, one.required) for one in embedded.fields] == [
        ("item", True),
        ("note", False),
    ]
    assert operations["POST /api/v1/items/{item_id}/copy"].body == created
    assert operations["POST /api/v1/items/{item_id}/raw"].body.kind == "unknown"
    form = operations["POST /api/v1/items/upload"].body
    assert [(one.name, one.required) for one in form.fields] == [("file", True), ("note", False)]
    assert not operations["PATCH /api/v1/items/{item_id}"].body.required


def test_a_prefix_that_is_computed_is_open(service: Service) -> None:
    source = """
from fastapi import FastAPI, APIRouter
app = FastAPI()
router = APIRouter(prefix=f"/{compute()}/things")
app.include_router(router)

@router.get("/{thing_id}")
def get_thing(thing_id: str): ...
"""
    (operation,) = service({"main.py": source}).operations
    assert operation.route.path == "/**/things/{thing_id}"


AUTH = """
import os
from fastapi import FastAPI, Depends, HTTPException, Request, Header, Security
from fastapi.security import HTTPBearer, APIKeyHeader

ENABLED = os.environ.get("AUTH", "{default}").lower() in ("true", "1")
bearer = HTTPBearer()
optional = HTTPBearer(auto_error=False)
app = FastAPI()

async def require(request: Request):
    if not ENABLED:
        return
    if not request.headers.get("X-Token"):
        raise HTTPException(status_code=401)

async def require_or_cookie(request: Request):
    if request.cookies.get("session") is None and not request.headers.get("X-Token"):
        raise HTTPException(401)

@app.post("/a", dependencies=[Depends(require)])
def guarded(): ...

@app.post("/b")
def with_bearer(token=Depends(bearer)): ...

@app.post("/c")
def with_optional(token=Depends(optional)): ...

@app.post("/d", dependencies=[Depends(require_or_cookie)])
def with_cookie(): ...

@app.post("/e")
def with_header(x_tenant: str = Header(...)): ...
"""


@pytest.mark.parametrize(("default", "guarded"), [("true", {"x-token"}), ("false", None)])
def test_required_headers(service: Service, default: str, guarded: set[str] | None) -> None:
    joined = service({"main.py": AUTH.replace("{default}", default)})
    found = {one.route.path: requirement(joined.sources, one) for one in joined.operations}
    headers = {path: set(one.headers) if one else None for path, one in found.items()}
    assert headers == {
        "/a": guarded,
        "/b": {"authorization"},
        "/c": None,
        "/d": None,
        "/e": {"x-tenant"},
    }


def test_what_a_map_shows_of_answers(service: Service) -> None:
    source = """
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
app = FastAPI()

class Job(BaseModel):
    job_id: str

@app.get("/typed")
def typed() -> Job: ...

@app.get("/declared", response_model=list[Job])
def declared(): ...

@app.get("/untyped")
def untyped() -> dict: ...

@app.get("/stream")
def stream():
    return StreamingResponse(frames())
"""
    joined = service({"main.py": source})
    typed = {one.route.path for one in joined.operations if joined.answers.is_typed(one)}
    streams = {one.route.path for one in joined.operations if joined.answers.is_stream(one)}
    assert (typed, streams) == ({"/typed", "/declared"}, {"/stream"})
