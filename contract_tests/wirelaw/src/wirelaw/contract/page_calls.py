"""The calls of the page with the operation that each of them is, by its address and method.

The contract decides which calls are requests: one whose address fits no path of it counts only where the same function
is called with addresses that do fit.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wirelaw.contract.document import Operation
from wirelaw.finding import Place

_HAS_BODY = {"none": False, "unknown": None}
Row = dict[str, Any]
Shape = dict[str, Any]


@dataclass(frozen=True)
class PageCall:
    """One call with an address."""

    place: Place
    callee: str  #: the client, the same wherever it is used
    address: str  #: a path, with `*` for what is not constant
    method: str | None  #: lower case; None where it is not clear
    is_stream: bool  #: an EventSource
    has_body: bool | None  #: None where it is not clear
    sent: tuple[tuple[str, Place], ...] | None  #: the fields of a literal that is sent
    owner: Place  #: the function that contains the call
    answers: tuple[Shape, ...] = field(hash=False)  #: the types of the answer, the surest first


@dataclass(frozen=True)
class Request:
    """A call that is a request of an operation."""

    call: PageCall
    operation: Operation


def page_calls(calls: Iterable[Row], answers: Iterable[Row]) -> list[PageCall]:
    """Read the facts of the page's calls, and of the types of their answers."""
    typed = {Place(**one["place"]): one for one in answers}
    found = {}
    for row in calls:
        place = Place(**row["place"]) if row["kind"] == "call" else None
        if place not in typed:
            continue  # it passes a body on to another call
        body = row["body"]
        is_literal = body["literal"] and not body["open"]
        call = PageCall(
            place=place,
            callee=f"{row['sink']['path']} {row['base']}",
            address=re.sub(r"\{[^}]*\}", "*", row["path"]),
            method=row["method"] and row["method"].lower(),
            is_stream=row["stream"],
            has_body=_HAS_BODY.get(body["kind"], True) if not row["generated"] else None,
            sent=tuple((one["name"], Place(**one["place"])) for one in body["fields"])
            if is_literal
            else None,
            owner=Place(**typed[place]["owner"]),
            answers=tuple(typed[place]["answers"]),
        )
        found[call.place, call.address, call.callee] = call
    return sorted(found.values(), key=lambda one: one.place)


def requests_of(calls: Iterable[PageCall], operations: Iterable[Operation]) -> list[Request]:
    """Return the calls that are certainly a request of one operation.

    A page often leaves out the first steps of a path, which its client adds. So an address may fit the end of a path;
    the steps that are left out are those that fit most calls of the same client.
    """
    all_operations = list(operations)
    fitting = {call: list(_fitting(call, all_operations)) for call in calls}
    prefixes: dict[str, Counter[str]] = defaultdict(Counter)
    for call, prefix in {
        (call, prefix): None for call, options in fitting.items() for prefix, _ in options
    }:
        prefixes[call.callee][prefix] += 1
    found = []
    for call, options in fitting.items():
        # a client adds the same steps each time, and an address may be the whole path
        ((usual, _),) = prefixes[call.callee].most_common(1) or [("", 0)]
        likely = [one for prefix, one in options if prefix == usual]
        likely = likely or [one for prefix, one in options if prefix == ""]
        if not likely:
            continue
        # a fixed step goes before a parameter
        fewest = min(one.path.count("{") for one in likely)
        chosen = [one for one in likely if one.path.count("{") == fewest]
        if len(chosen) == 1:
            found.append(Request(call, chosen[0]))
    return found


def _fitting(call: PageCall, operations: list[Operation]) -> Iterator[tuple[str, Operation]]:
    at_path = defaultdict(list)
    for operation in operations:
        prefix = prefix_of(call.address, operation.path)
        if prefix is not None:
            at_path[operation.path].append((prefix, operation))
    for options in at_path.values():
        for prefix, operation in options:
            if operation.method == call.method or (call.method is None and len(options) == 1):
                yield prefix, operation


def prefix_of(address: str, path: str) -> str | None:
    """Return the steps of a path that an address leaves out at its start; None where it does not fit."""
    steps, parts = path_steps(address), path_steps(path)
    if not steps or len(steps) > len(parts):
        return None
    tail = parts[len(parts) - len(steps) :]
    pairs = list(zip(steps, tail, strict=True))
    # `*` fits a parameter alone: for a fixed step it would be a guess
    fits = all(
        (step.removesuffix("*") == part and step != "*") or part.startswith("{")
        for step, part in pairs
    )
    is_fixed = any(step != "*" and not part.startswith("{") for step, part in pairs)
    return "/".join(parts[: len(parts) - len(steps)]) if fits and is_fixed else None


def path_steps(path: str) -> list[str]:
    """Return the steps of a path."""
    return [step for step in path.split("/") if step]
