"""Which answers are typed down to their payload, and where a router is that code includes by what its module declares."""

from collections.abc import Callable

import pytest

from wirelaw.calls.client import Wire

SERVICE = """
from typing import Any, Generic, Optional, TypeVar
from fastapi import APIRouter
from pydantic import BaseModel
from app.meta import Meta

router = APIRouter()
META = Meta(prefix="/api/jobs", tags=["jobs"])
T = TypeVar("T")

class Envelope(BaseModel, Generic[T]):
    ok: bool = True
    data: Optional[T] = None

class Loose(BaseModel):
    data: dict

class Job(BaseModel):
    id: str
    extra: dict[str, Any] = {}

@router.get("/{job_id}/answer"%s)
def answer()%s: ...
"""


@pytest.mark.parametrize(
    ("model", "returns", "is_typed"),
    [
        ("", "", False),
        ("", " -> dict[str, Any]", False),
        ("", " -> list", False),
        ("", " -> Envelope", False),
        ("", " -> Envelope[dict]", False),
        ("", " -> Loose", False),
        ("", " -> list[Any]", False),
        (", response_model=None", " -> Job", False),
        ("", " -> JSONResponse", False),
        ("", " -> Job", True),
        ("", " -> Envelope[Job]", True),
        ("", " -> list[Job] | None", True),
        ("", " -> dict[str, int]", True),
        (", response_model=Envelope[list[Job]]", "", True),
    ],
)
def test_an_answer_is_typed_down_to_its_payload(
    model: str, returns: str, is_typed: bool, service: Callable[[dict[str, str]], Wire]
) -> None:
    wire = service({"app/main.py": SERVICE % (model, returns)})
    (operation,) = [one for one in wire.operations if one.route.handler]
    assert wire.answers.is_typed(operation) is is_typed


def test_a_router_is_where_its_module_declares_it(
    service: Callable[[dict[str, str]], Wire],
) -> None:
    wire = service({"app/main.py": SERVICE % ("", "")})
    assert {one.route.path for one in wire.operations} == {"/**/api/jobs/{job_id}/answer"}


def test_a_router_is_where_a_helper_includes_it(service: Callable[[dict[str, str]], Wire]) -> None:
    main = """
from fastapi import FastAPI
from app.jobs import router

app = FastAPI()

def include(router, prefix, tags=None):
    app.include_router(router, prefix="/" + prefix.strip("/"), tags=tags)

include(router, prefix="api/jobs/", tags=["jobs"])
"""
    jobs = """
from fastapi import APIRouter

router = APIRouter()

@router.get("/{job_id}")
def job(job_id: str): ...
"""
    wire = service({"app/main.py": main, "app/jobs.py": jobs})
    assert {one.route.path for one in wire.operations} == {"/api/jobs/{job_id}"}


@pytest.mark.parametrize(
    ("refusal", "names"),
    [
        ('JSONResponse({"code": "second"})', {"id", "code"}),
        ('JSONResponse({"code": "wrong"}, status_code=401)', {"id"}),
        ("RedirectResponse(where)", {"id"}),
    ],
)
def test_a_response_goes_past_the_declared_type(
    refusal: str, names: set[str], service: Callable[[dict[str, str]], Wire]
) -> None:
    source = f"""
from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel

app = FastAPI()

class Job(BaseModel):
    id: str

def refused():
    return {refusal}

@app.get("/job", response_model=Job)
def job():
    if refused() is not None:
        return refused()
    return Job(id="a")
"""
    wire = service({"app/main.py": source})
    (operation,) = wire.operations
    found = wire.answers.of(operation)
    assert {name for one in found or () for name in one.names} == names
