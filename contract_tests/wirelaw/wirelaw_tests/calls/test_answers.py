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
