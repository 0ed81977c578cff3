"""Every list that is paged is the same list whatever the length of its pages."""

from collections.abc import Iterator
from typing import Any

import requests

from contract_tests.document import Contract, Operation
from contract_tests.fuzz.subject import Subject

MEND = "see quant_engine/api/schemas/paging.py, then run: pytest tests/api/test_paging.py"
LIMITS = (1, 3)


def paged(contract: Contract) -> list[Operation]:
    """Return the operations that take a cursor."""
    return [
        operation
        for operation in contract.operations()
        if any(item["name"] == "cursor" for item in operation.parameters)
    ]


def torn_pages(service: Subject) -> list[str]:
    """Name each list that repeats or loses an item between its pages."""
    with service.client() as client:
        return [told for operation in paged(service.contract) for told in _torn(client, operation)]


def _torn(client: requests.Session, operation: Operation) -> Iterator[str]:
    most = _longest(operation)
    whole, told = _walk(client, operation, most, most)
    if len(whole) < 2:
        told = f"{len(whole)} items prove nothing"
    for limit in LIMITS:
        items, circle = _walk(client, operation, limit, len(whole))
        if items != whole and told is None:
            told = circle or f"by {limit} a page they are not those of one page"
    if told is not None:
        yield f"fuzz: {operation}: /data/next_cursor: {told}; {MEND}"


def _walk(
    client: requests.Session, operation: Operation, limit: int, most: int
) -> tuple[list[Any], str | None]:
    """Read every page; stop where there are more items than there can be."""
    items: list[Any] = []
    cursor: str | None = None
    while len(items) <= most:
        query = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        page = client.get(operation.path, params=query).json()["data"]
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items, None
    repeated = sum(items.count(item) > 1 for item in items)
    return (
        items,
        f"by {limit} a page it does not end, {repeated} items of {len(items)} are repeated",
    )


def _longest(operation: Operation) -> int:
    (limit,) = (item for item in operation.parameters if item["name"] == "limit")
    return int(limit["schema"]["maximum"])
