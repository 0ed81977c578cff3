"""An id that the service never issued gets no answer but a refusal: made-up ones, and near misses of real ones."""

from collections.abc import Iterator
from urllib.parse import quote

import requests

from contract_tests.document import Operation
from contract_tests.fuzz.subject import Subject

# no `..`: clients resolve it themselves, and ask for another path
MADE_UP = (
    *("00000000-0000-4000-8000-000000000000", "latest", "0", "-", "None", "null", "*", "%"),
    *(".lock", "registry.json", "a" * 300, " ", "\x00", "é", "' OR '1'='1"),
)


def guesses(service: Subject) -> Iterator[str]:
    """Give what somebody may try."""
    yield from MADE_UP
    for known in sorted(set(service.issued.values())):
        yield from (known, f"{known} ", f"{known}.", known.upper(), known[:-1], f"./{known}")


def welcomed(service: Subject) -> tuple[int, list[str]]:
    """Name each operation that answers what was never issued; also how many were tried."""
    with service.client() as client:
        tried = [
            told
            for operation in service.contract.operations()
            for name in _parameters(operation)
            for value in guesses(service)
            if not service.knows(operation, name, value)
            for told in [_told(client, service, operation, name, value)]
        ]
    return len(tried), [told for told in tried if told is not None]


def _parameters(operation: Operation) -> list[str]:
    return [item["name"] for item in operation.parameters if item["in"] == "path"]


def _told(
    client: requests.Session, service: Subject, operation: Operation, name: str, value: str
) -> str | None:
    path = service.fill(operation.path.replace(f"{{{name}}}", quote(value, safe="")))
    answer = client.request(operation.method, path, timeout=5)
    if 400 <= answer.status_code < 500 and answer.json()["ok"] is False:
        return None
    return (
        f"fuzz: {operation}: path.{name}: {answer.status_code} for {value[:80]!r}, "
        "which was never issued; run: pytest tests/api"
    )
