"""Each field of each request is given a value of every JSON type; what its schema refuses is refused, not converted."""

import json
from typing import Any

import requests

from contract_tests.document import Contract, Operation
from contract_tests.fuzz.checks import CHECK, defaults
from contract_tests.fuzz.subject import Subject

VALUES: tuple[Any, ...] = (True, False, 0, 1, 7, 7.0, 7.5, "7", "true", "", None, [], ["7"], {})


def bodies(contract: Contract) -> list[Operation]:
    """Return the operations that read a body."""
    return [one for one in contract.operations() if "requestBody" in one.content]


def conversions(service: Subject) -> tuple[int, list[str]]:
    """Name each value of a wrong type that was taken, and each right one that was not; also how many."""
    with service.client() as client:
        tried = [
            told
            for operation in bodies(service.contract)
            for name in defaults(operation)
            for value in VALUES
            for told in [_told(client, operation, name, value)]
        ]
    return len(tried), [told for told in tried if told is not None]


def _told(client: requests.Session, operation: Operation, name: str, value: Any) -> str | None:
    """Say what is wrong with how a value was taken."""
    answer = client.request(operation.method, operation.path, json={name: value})
    fits = operation.contract.validator(operation.request_fields[name]).is_valid(value)
    body = answer.json()
    place = f"fuzz: {operation}: body/{name}: {json.dumps(value)}"
    if answer.status_code < 300:
        if not fits:
            kept = json.dumps(body["data"]["params"].get(name))
            return f"{place} was accepted as {kept}, which the contract refuses; run: {CHECK}"
        return None
    error = body["error"]
    # what fits may still be refused for what the data cannot honour, under a code of its own
    if fits and error["code"] == "invalid" and not _is_about_others(error, name):
        return f"{place} was refused, which the contract allows: {error['fields']}; run: {CHECK}"
    if not fits and error["code"] != "invalid":
        return f"{place} was refused as {error['code']}, not as invalid; run: {CHECK}"
    if not fits and not any(field["path"].split(".")[0] == name for field in error["fields"]):
        return f"{place} was refused, and {error['fields']} does not name it; run: {CHECK}"
    return None


def _is_about_others(error: dict[str, Any], name: str) -> bool:
    return all(field["path"].split(".")[0] != name for field in error["fields"])
