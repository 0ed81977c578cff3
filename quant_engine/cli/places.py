"""Finds the lines of a part of the contract: in the file, and in the code that generates it."""

import ast
import inspect
import json
import re
from enum import Enum
from functools import cache
from itertools import pairwise
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from quant_engine.api import errors, export, main
from quant_engine.api.schemas import events

Code = tuple[Path, int, str]  #: file, line, and the name of the code there
_GENERIC = re.compile(r"[_\[].*")
_WORD = re.compile(r'[^\s\[\]{}:,"]+')


def line_numbers(text: str) -> dict[str, int]:
    """Map each JSON pointer of a document to the line that it begins on."""
    scan = _Scan(text)
    scan.read("")
    return scan.lines


class _Scan:
    """A pass over well-formed JSON."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text = text
        self._at = 0
        self._line = 1

    def read(self, pointer: str) -> None:
        """Read a value and everything inside it."""
        opening = self._peek()
        self.lines.setdefault(pointer, self._line)
        if opening == '"':
            _, self._at = scanstring(self._text, self._at + 1)
        elif opening in "{[":
            self._at += 1
            self._read_inside(pointer, named=opening == "{")
        else:
            self._at += len(_WORD.match(self._text, self._at).group())  # type: ignore[union-attr]

    def _read_inside(self, pointer: str, *, named: bool) -> None:
        index = 0
        while self._peek() not in "}]":
            step = str(index)
            if named:
                step, self._at = scanstring(self._text, self._at + 1)
                self.lines[f"{pointer}/{escaped(step)}"] = self._line
            self.read(f"{pointer}/{escaped(step)}")
            index += 1
        self._at += 1

    def _peek(self) -> str:
        while (char := self._text[self._at]) in " \t\r\n,:":
            self._line += char == "\n"
            self._at += 1
        return char


def escaped(step: str) -> str:
    """Escape a key for a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def code_of(pointer: str, names: tuple[str, ...] = ()) -> Code:
    """Find the code of a part of the contract: a field, an enum's member, a route, or the exporter.

    Args:
        pointer: JSON pointer of the part.
        names: to find inside the code, such as an enum's members.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps[:2] == ["components", "schemas"] and len(steps) > 2:  # noqa: PLR2004 - then a name
        return _of_schema(steps[2], [*_fields(steps[3:]), *names])
    if steps[:1] == ["paths"] and len(steps) > 1:
        return _of_route(steps[1:])
    return _of_object(main.create_app if steps[:1] == ["info"] else export.document, [])


def _fields(steps: list[str]) -> list[str]:
    return [name for parent, name in pairwise(steps) if parent == "properties"]


def _of_schema(name: str, names: list[str]) -> Code:
    classes = _classes()
    source = classes.get(name) or classes.get(_GENERIC.sub("", name))
    if source is not None:
        return _of_object(source, names)
    if name.endswith(("Event", "EventName")):
        return _of_object(events, [name.removesuffix("Name")])
    # a type alias, such as JobRecord, gets its name from an assignment
    for file in sorted({Path(inspect.getfile(kind)) for kind in classes.values()}):
        line = _line(file, name)
        if line is not None:
            return file, line, name
    return _of_object(export.document, [])


@cache
def _classes() -> dict[str, type]:
    found: dict[str, type] = {}
    todo: list[type] = [BaseModel, Enum]
    while todo:
        kinds: list[type] = todo.pop().__subclasses__()
        todo += kinds
        for kind in kinds:
            if kind.__module__.startswith("quant_engine") and "[" not in kind.__name__:
                found.setdefault(kind.__name__, kind)
    return found


def _of_route(steps: list[str]) -> Code:
    path, method, *rest = [*steps, ""]
    if "x-sse" in rest:
        laws = "ALL_LAWS" if path == "/api/events" else "JOB_LAWS"
        return _of_object(events, [laws])
    routes = [route for router in main.ROUTERS for route in router.routes]
    for route in (one for one in routes if isinstance(one, APIRoute) and one.path == path):
        if not method or method.upper() in (route.methods or ()):
            return _of_object(route.endpoint, [])
    return _of_object(errors if rest[:1] == ["responses"] else main.create_app, [])


def _of_object(thing: Any, names: list[str]) -> Code:
    chain = inspect.getmro(thing) if inspect.isclass(thing) else (thing,)
    ours = [one for one in chain if _module(one).startswith("quant_engine")]
    for one in ours:
        file = Path(inspect.getfile(one))
        within = one.__name__ if inspect.isclass(one) else None
        for name in reversed(names):
            line = _line(file, name, within=within)
            if line is not None:
                return file, line, f"{within}.{name}" if within else name
    file = Path(inspect.getfile(ours[0]))
    name = getattr(ours[0], "__qualname__", ours[0].__name__)
    return file, _first_line(ours[0]), name


@cache
def _first_line(thing: Any) -> int:
    return 1 if inspect.ismodule(thing) else inspect.getsourcelines(thing)[1]


def _module(thing: Any) -> str:
    return thing.__name__ if inspect.ismodule(thing) else str(thing.__module__)


def _line(file: Path, name: str, *, within: str | None = None) -> int | None:
    """Find the line that assigns a name or a string value, in a class or in the module itself."""
    body = _parsed(file).body
    if within is not None:
        body = next(n.body for n in body if isinstance(n, ast.ClassDef) and n.name == within)
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if (isinstance(target, ast.Name) and target.id == name) or value == name:
                return node.lineno
    return None


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def short(value: Any) -> str:
    """Format a value as one line of JSON, 120 characters at most."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "..."  # noqa: PLR2004 - one line
