"""Models of the service, with their fields as they are on the wire."""

from wirelaw.models import UNKNOWN, Models
from wirelaw.python import Sources
from wirelaw.tree import Tree
from wirelaw_tests.conftest import Write

CODE = """
from typing import Annotated, Any, ClassVar, Optional, TypedDict
from dataclasses import dataclass
from pydantic import BaseModel, ConfigDict, Field
from elsewhere import Base

class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kinds: ClassVar[int] = 3
    years: int = Field(default=5, ge=1, le=30)
    name: str
    top: Annotated[int, Field(gt=0)] = 10
    shown: str = Field("x", alias="displayName")
    tags: list[str] = Field(default_factory=list)
    _hidden: int = 0

class Child(Request):
    more: Optional["Reply"] = None

class Reply(BaseModel, extra="allow"):
    job_id: str

class Unclear(Base, BaseModel):
    a: int

@dataclass
class Row:
    value: float = 1.5

class Options(TypedDict):
    flag: bool

class Loop(Loop): ...
class Plain: ...
"""


def test_fields_defaults_and_bounds(write: Write) -> None:
    models = Models(Sources(Tree.walk(write({"app.py": CODE}))))
    found = {model.name: model for model in models.all}
    assert sorted(found) == ["Child", "Options", "Reply", "Request", "Row", "Unclear"]
    fields = found["Request"].fields
    assert list(fields) == ["years", "name", "top", "displayName", "tags"]
    assert {name: one.default for name, one in fields.items() if not one.required} == {
        "years": 5,
        "top": 10,
        "displayName": "x",
        "tags": [],
    }
    assert (fields["name"].required, fields["name"].default) == (True, UNKNOWN)
    assert (fields["years"].bounds, fields["top"].bounds) == ({"ge": 1, "le": 30}, {"gt": 0})
    assert str(fields["years"].place) == "app.py:10"


def test_kinds_strictness_and_inheritance(write: Write) -> None:
    sources = Sources(Tree.walk(write({"app.py": CODE})))
    models = Models(sources)
    found = {model.name: model for model in models.all}
    assert {name: one.kind for name, one in found.items()} == {
        "Child": "model",
        "Options": "typed dict",
        "Reply": "model",
        "Request": "model",
        "Row": "dataclass",
        "Unclear": "model",
    }
    assert [name for name, one in found.items() if one.is_open] == ["Reply", "Unclear"]
    assert [name for name, one in found.items() if one.is_strict] == ["Request"]
    more = found["Child"].fields["more"]
    assert "years" in found["Child"].fields
    assert models.named(sources.modules["app.py"], more.annotation) is found["Reply"]
