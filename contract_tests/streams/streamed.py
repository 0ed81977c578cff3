"""What the committed contract says of the two streams: names, payloads, bounds; nothing is written here twice."""

import json
from functools import cache
from typing import Any

from contract_tests.document import Operation
from contract_tests.document import pointer as pointer_of
from contract_tests.repository import committed

Record = dict[str, Any]


@cache
def streams() -> dict[str, Operation]:
    """Give the operations that answer with a stream, by path."""
    return {
        operation.path: operation for operation in committed().operations() if operation.streams
    }


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
    return "openapi.json#" + pointer_of("paths", path, "get", *more)


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


def frame_error(path: str, event: str, fields: dict[str, Any]) -> str | None:
    """Say where a frame (by its fields) breaks the schema of its event; None where it is valid."""
    contract, schema = committed(), streams()[path].events[event]
    error = contract.nearest_error(schema, fields)
    if error is None:
        try:
            payload = json.loads(fields["data"])
        except ValueError:
            return "data is not JSON"
        content = schema["properties"]["data"]["contentSchema"]
        error = contract.nearest_error(content, payload)
    if error is None:
        return None
    return f"{pointer_of(*error.absolute_path) or 'frame'}: {error.message[:300]}"
