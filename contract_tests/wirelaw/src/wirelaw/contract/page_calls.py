"""The calls of the page with the operation that each of them is, by its address and method.

The contract decides which calls are requests: one whose address fits no path of it counts only where the same function
is called with addresses that do fit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wirelaw.contract.document import Operation
from wirelaw.finding import Place

_THIS_MACHINE = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104 - an address that is compared
Shape = dict[str, Any]


@dataclass(frozen=True)
class PageCall:
    """One call with an address."""

    place: Place
    callee: str  #: the client, the same wherever it is used
    address: str  #: a path, with `*` for what is not constant
    host: str  #: where the address names one that is not this machine
    method: str | None  #: lower case; None where it is not clear
    is_stream: bool  #: an EventSource
    has_body: bool | None  #: None where it is not clear
    sent: tuple[str, ...] | None  #: the fields of a literal that is sent
    owner: Place  #: the function that contains the call
    answers: tuple[Shape, ...] = field(hash=False)  #: the types of the answer, the surest first


@dataclass(frozen=True)
class Request:
    """A call that is a request of an operation."""

    call: PageCall
    operation: Operation


def page_calls(facts: Iterable[dict[str, Any]]) -> list[PageCall]:
    """Read the facts of the page's calls."""
    found = {}
    for fact in facts:
        if fact["fact"] == "call":
            sent = fact["sent"]
            call = PageCall(
                place=Place(**fact["place"]),
                callee=fact["callee"],
                address=_path_of(fact["address"]),
                host=_host_of(fact["address"]),
                method=fact["method"],
                is_stream=fact["isStream"],
                has_body=fact["hasBody"],
                sent=None if sent is None else tuple(sent),
                owner=Place(**fact["owner"]),
                answers=tuple(fact["answers"]),
            )
            found[call.place, call.address, call.callee] = call
    return sorted(found.values(), key=lambda one: one.place)


def _path_of(address: str) -> str:
    """Drop the query, the host and what may be a host: `*/jobs` is `/jobs`."""
    path = address.partition("?")[0].partition("#")[0]
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return "/" + path.lstrip("*").lstrip("/")


def _host_of(address: str) -> str:
    host = address.partition("://")[2].partition("/")[0] if "://" in address else ""
    return "" if "*" in host or host.partition(":")[0] in _THIS_MACHINE else host


def requests_of(calls: Iterable[PageCall], operations: Iterable[Operation]) -> list[Request]:
    """Return the calls that are certainly a request of one operation.

    A page often leaves out the first steps of a path, which its client adds. So an address may fit the end of a path;
    the steps that are left out are those that fit most calls of the same client.
    """
    all_operations = list(operations)
    fitting = {call: list(_fitting(call, all_operations)) for call in calls if not call.host}
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
