"""Sends a value of every JSON type in each field; the service refuses a wrong type and converts none."""

import json
from collections.abc import Iterator
from typing import Any

import requests

from contract_tests.fuzz.checks import PART, defaults
from contract_tests.fuzz.scenario import Scenario
from wirelaw.contract.document import Contract, Operation
from wirelaw.contract.validation import validator
from wirelaw.finding import Finding

VALUES: tuple[Any, ...] = (True, False, 0, 1, 7, 7.0, 7.5, "7", "true", "", None, [], ["7"], {})


def bodies(contract: Contract) -> list[Operation]:
    """Return the operations that read a body."""
    return [one for one in contract.operations() if "requestBody" in one.content]


def conversions(service: Scenario) -> tuple[int, list[Finding]]:
    """Report each wrong value that was accepted and each right one that was refused; count the tries, too."""
    tries = [
        (operation, name, value)
        for operation in bodies(service.contract)
        for name in defaults(operation)
        for value in VALUES
    ]
    with service.client() as client:
        findings = [
            Finding(PART, f"{one[0]} body/{one[1]}", "types-read-strictly", expected, found)
            for one in tries
            for expected, found in _drift(client, *one)
        ]
    return len(tries), findings


def _drift(
    client: requests.Session, operation: Operation, name: str, value: Any
) -> Iterator[tuple[str, str]]:
    """Give the expected and the actual outcome of a value."""
    answer = client.request(operation.method, operation.path, json={name: value})
    fits = validator(operation.contract, operation.request_fields[name]).is_valid(value)
    body, sent = answer.json(), json.dumps(value)
    if answer.status_code < 300:
        if not fits:
            kept = json.dumps(body["data"]["params"].get(name))
            yield f"{sent} is refused, as the contract says", f"accepted as {kept}"
        return
    error = body["error"]
    is_named = any(field["path"].split(".")[0] == name for field in error["fields"])
    # the service may refuse a valid value under another code, where the data do not allow it
    if fits and error["code"] == "invalid" and is_named:
        yield f"{sent} is accepted, as the contract says", f"refused: {error['fields']}"
    elif not fits and error["code"] != "invalid":
        yield f"{sent} is refused as invalid", f"refused as {error['code']}"
    elif not fits and not is_named:
        yield f"{sent} is refused, and the field is named", f"named: {error['fields']}"
