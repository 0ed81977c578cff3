"""Every paged list has the same items for each length of its pages."""

from collections.abc import Iterator
from typing import Any

import requests

from contract_tests.fuzz.checks import PART
from contract_tests.fuzz.scenario import Scenario
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Finding

FIX = "see quant_engine/api/schemas/paging.py, then run `pytest tests/api/test_paging.py`"
LIMITS = (1, 3)


def paged(contract: Contract) -> list[Operation]:
    """Return the operations that take a cursor."""
    return [
        operation
        for operation in contract.operations()
        if any(item["name"] == "cursor" for item in operation.parameters)
    ]


def torn_pages(service: Scenario) -> list[Finding]:
    """Report each list that repeats or loses an item between its pages."""
    with service.client() as client:
        return [
            Finding(PART, f"{operation} /data/next_cursor", "pages-agree", expected, found, FIX)
            for operation in paged(service.contract)
            for expected, found in _torn(client, operation, service.fill(operation.path))
        ]


def _torn(client: requests.Session, operation: Operation, path: str) -> Iterator[tuple[str, str]]:
    longest = _longest(operation)
    whole = _walk(client, path, longest, longest)
    if len(whole) < 2:
        yield "two items at least, to try pages on", f"{len(whole)} items"
        return
    for limit in LIMITS:
        items = _walk(client, path, limit, len(whole))
        if items != whole:
            repeated = sum(items.count(item) > 1 for item in items)
            found = f"at least {len(items)} items, {repeated} of them repeated"
            yield f"the same {len(whole)} items with {limit} on a page", found
            return


def _walk(client: requests.Session, path: str, limit: int, most: int) -> list[Any]:
    """Read every page, or until there are too many items."""
    items: list[Any] = []
    cursor: str | None = None
    while len(items) <= most:
        query = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        page = client.get(path, params=query).json()["data"]
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return items


def _longest(operation: Operation) -> int:
    (limit,) = (item for item in operation.parameters if item["name"] == "limit")
    return int(limit["schema"]["maximum"])
