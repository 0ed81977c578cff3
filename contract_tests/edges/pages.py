"""The law of lists: pages under every filter and every limit are the filtered whole, in its order."""

from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import httpx

from wirelaw.contract.document import Contract, Node, Operation
from wirelaw.finding import Finding
from wirelaw.running.inputs import members

PART = "edges"
FIX = "see the `page` methods of quant_engine/api; then run `pytest contract_tests/edges/test_pages.py`"
AT_LEAST = ("level",)  #: parameters that choose a value and those that follow it in their enum
Query = dict[str, Any]
Items = list[Node]


def lists(contract: Contract) -> list[Operation]:
    """Return the operations that take a cursor."""
    return [
        operation
        for operation in contract.operations()
        if any(one["name"] == "cursor" for one in operation.parameters)
    ]


def filters(operation: Operation) -> Iterator[Query]:
    """Give every combination of the values of the parameters that choose from a closed set."""
    choices = {
        one["name"]: members(operation.contract, one["schema"])
        for one in operation.parameters
        if one["in"] == "query"
    }
    closed = {name: [None, *values] for name, values in choices.items() if values is not None}
    for combination in product(*closed.values()):
        pairs = zip(closed, combination, strict=True)
        yield {name: value for name, value in pairs if value is not None}


def open_filters(contract: Contract) -> list[str]:
    """Return the parameters of lists that neither page nor choose from a closed set: nothing here tries them."""
    return [
        f"{operation} query/{one['name']}"
        for operation in lists(contract)
        for one in operation.parameters
        if one["in"] == "query"
        and one["name"] not in ("limit", "cursor")
        and members(contract, one["schema"]) is None
    ]


def fits(operation: Operation, item: Node, query: Query) -> bool:
    """Whether a filter chooses an item."""
    schemas = {one["name"]: one["schema"] for one in operation.parameters}
    for name, value in query.items():
        order = members(operation.contract, schemas[name]) or []
        chosen = order[order.index(value) :] if name in AT_LEAST else [value]
        if item[name] not in chosen:
            return False
    return True


async def torn(
    client: httpx.AsyncClient, operation: Operation, job_id: str
) -> AsyncIterator[Finding]:
    """Report each filter and limit under which the pages are not the filtered whole; `job_id` is for lists of a job."""
    path = operation.path.format(job_id=job_id)
    whole = await walk(client, path, {"limit": longest(operation)}, [])
    count = len(whole)
    for number, query in enumerate(filters(operation)):
        expected = [item for item in whole if fits(operation, item, query)]
        # as long as the whole, one shorter and one longer; short pages in turns
        for limit in {1 + number % 3, *(max(len(expected) + more, 1) for more in (-1, 0, 1))}:
            sizes: list[int] = []
            sent = {**query, "limit": limit}
            items = await walk(client, path, sent, sizes, at_most=count)
            place = f"{operation} ?{shown(sent)}"
            if items != expected:
                texts = [f"{len(one)} items {ids_of(one)}" for one in (expected, items)]
                yield Finding(PART, place, "pages-not-the-whole", texts[0], texts[1], FIX)
            elif sizes != full(len(expected), limit):
                texts = [str(full(len(expected), limit)), str(sizes)]
                yield Finding(PART, place, "pages-not-full", texts[0], texts[1], FIX)


def shown(query: Query) -> str:
    """Return a query as it is in a URL."""
    return "&".join(f"{name}={value}" for name, value in query.items())


def full(count: int, limit: int) -> list[int]:
    """Return the sizes of the pages of this number of items: each full but the last, which is not empty."""
    return [min(limit, count - first) for first in range(0, count, limit)] or [0]


def longest(operation: Operation) -> int:
    """Return the most items of one page."""
    (limit,) = (one for one in operation.parameters if one["name"] == "limit")
    return int(limit["schema"]["maximum"])


async def walk(
    client: httpx.AsyncClient,
    path: str,
    query: Query,
    sizes: list[int],
    *,
    at_most: int = 1000,
    cursor: str | None = None,
) -> Items:
    """Read every page, from the first or a cursor, and stop at more items than there can be; `sizes` gets those of the pages."""
    items: Items = []
    while len(items) <= at_most:
        sent = query if cursor is None else {**query, "cursor": cursor}
        page = (await client.get(path, params=sent)).json()["data"]
        items += page["items"]
        sizes.append(len(page["items"]))
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return items


def ids_of(items: Items) -> list[Any]:
    """Return what names each item: its first field."""
    return [next(iter(item.values()), None) for item in items]
