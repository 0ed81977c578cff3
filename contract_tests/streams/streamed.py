"""What the committed contract says of the two streams: names, payloads, bounds; nothing is written here twice."""

import json
import re
from functools import cache
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from contract_tests.document import STREAM_TYPE, Operation, operations, schema, validator

Record = dict[str, Any]

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_formats = FormatChecker(formats=())


@_formats.checks("date-time")
def _is_utc(value: object) -> bool:
    return not isinstance(value, str) or _UTC.fullmatch(value) is not None


@cache
def streams() -> dict[str, Operation]:
    """Give the operations that answer with a stream, by path."""
    return {operation.path: operation for operation in operations() if operation.streams}


def job_stream() -> str:
    """Return the path of the stream that ends."""
    (path,) = (path for path in streams() if laws(path)["ends"])
    return path


def all_stream() -> str:
    """Return the path of the stream that does not."""
    (path,) = (path for path in streams() if not laws(path)["ends"])
    return path


def laws(path: str) -> dict[str, Any]:
    """Return the laws of a stream as data."""
    return dict(streams()[path].content["x-sse"])


def pointer(path: str, *more: str) -> str:
    """Name a place of a stream's operation in the contract."""
    steps = ("paths", path, "get", *more)
    return "openapi.json#/" + "/".join(s.replace("~", "~0").replace("/", "~1") for s in steps)


def is_final(record: Record) -> bool:
    """Whether nothing about the job will change any more."""
    path = job_stream()
    return record["status"] in laws(path)["statuses"][laws(path)["last"]]


def terminal_of(status: str) -> str:
    """Return the event that ends a job with this status."""
    carried = laws(job_stream())["statuses"]
    (name,) = (name for name in laws(job_stream())["terminal"] if carried[name] == [status])
    return str(name)


def headers(path: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of the headers that a stream has."""
    declared = streams()[path].content["responses"]["200"]["headers"]
    return {name.lower(): described["schema"] for name, described in declared.items()}


@cache
def frame_schemas(path: str) -> dict[str, dict[str, Any]]:
    """Return the schema of each named frame of a stream."""
    media = streams()[path].content["responses"]["200"]["content"][STREAM_TYPE]
    union = schema(_name(media["itemSchema"]))
    frames = (schema(_name(choice)) for choice in union["oneOf"])
    return {frame["properties"]["event"]["const"]: frame for frame in frames}


@cache
def frame_error(path: str, event: str, written: str) -> str | None:
    """Say what of a frame (its fields as JSON) is not as its schema has it; None where all is."""
    found = frame_schemas(path)[event]
    frame = json.loads(written)
    error = _first_error(found, frame)
    if error is not None:
        return error
    try:
        payload = json.loads(frame["data"])
    except ValueError:
        return "data is not JSON"
    content = found["properties"]["data"]["contentSchema"]
    if set(content) == {"$ref"}:
        # of a union only the member that is meant tells what is wrong
        component = schema(_name(content))
        tag = component.get("discriminator")
        if tag is not None and isinstance(payload, dict):
            reference = tag["mapping"].get(payload.get(tag["propertyName"]))
            content = content if reference is None else {"$ref": reference}
    return _first_error(content, payload)


def _first_error(wanted: dict[str, Any], value: Any) -> str | None:
    check = _validator(json.dumps(wanted))
    errors: list[ValidationError] = sorted(check.iter_errors(value), key=lambda e: str(e.path))
    if not errors:
        return None
    place = "/".join(map(str, errors[0].absolute_path))
    return f"{place}: {errors[0].message[:300]}" if place else errors[0].message[:300]


@cache
def _validator(wanted: str) -> Draft202012Validator:
    found = validator(json.loads(wanted))
    return cast("Draft202012Validator", found.evolve(format_checker=_formats))


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]
