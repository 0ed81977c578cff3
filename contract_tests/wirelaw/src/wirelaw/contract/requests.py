"""Requests of the page that the contract does not declare: operations, bodies, fields of bodies."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from wirelaw.contract.checking import missing, on_contract
from wirelaw.contract.document import Operation
from wirelaw.contract.page_calls import PageCall, Request, path_steps
from wirelaw.contract.view import View
from wirelaw.finding import Finding, Place
from wirelaw.python import Sources
from wirelaw.repository import Check, Repository

#: where more of the addresses of one client fit nothing, the contract is not that of the whole service
MOST_MISSING = 0.34
FEWEST_REQUESTS = 2  #: of one client, before an address that fits nothing is one of this service
#: routes that Next.js serves itself
_OWN_ROUTE = re.compile(r"(?:^|/)(?:app/(?P<app>.*)/route|pages/(?P<pages>api/.*))\.[jt]sx?$")


def _not_declared(repository: Repository, view: View) -> Iterator[Finding]:
    routes = _routes(repository.service) | _own_routes(repository.tree.page)
    for call, at_path in _unfitting(view, routes):
        method = (call.method or "").upper()
        declared = ", ".join(sorted({one.method.upper() for one in at_path}))
        yield Finding(
            part="contract",
            pointer=str(call.place),
            code="operation-not-declared",
            found=f"requests {f'{method} {call.address}'.strip()}",
            expected=f"declares {declared} only at {at_path[0].path}"
            if at_path
            else "declares no such path",
            source=str(view.declared.place(at_path[0].pointer if at_path else "/paths")),
            key=(method, call.address),
            fix=_NOT_DECLARED.fix,
        )


def _unfitting(
    view: View, routes: set[tuple[str, ...]]
) -> Iterator[tuple[PageCall, list[Operation]]]:
    """Yield the calls whose address and method fit no operation, of clients that mostly request operations.

    Each comes with the operations at its path.
    """
    found = {request.call for request in view.requests}
    by_callee: dict[str, list[PageCall]] = defaultdict(list)
    for call in view.calls:
        by_callee[call.callee].append(call)
    for calls in by_callee.values():
        fitting = {call.address for call in calls if call in found}
        others = []
        for call in calls:
            steps = path_steps(call.address)
            at_path = [one for one in view.declared.operations if _is_at(steps, one.path)]
            is_known = any(call.method in {None, one.method} for one in at_path) or (
                not at_path and any(_ends_with(steps, route) for route in routes)
            )
            if call not in found and _is_address(call) and not is_known:
                others.append((call, at_path))
        missing = {call.address for call, _ in others}
        is_client = len(fitting) >= FEWEST_REQUESTS
        if is_client and len(missing) <= MOST_MISSING * len(fitting | missing):
            yield from others


def _is_address(call: PageCall) -> bool:
    steps = path_steps(call.address)
    # an address whose first or whole steps are computed may be any; a file is no operation
    return bool(steps) and "*" not in steps[0] and "." not in steps[-1]


def _is_at(steps: list[str], path: str) -> bool:
    parts = path_steps(path)
    tail = parts[-len(steps) :]
    if len(steps) > len(parts):
        return False
    pairs = list(zip(steps, tail, strict=True))
    fits = all("*" in step or step == part or part.startswith("{") for step, part in pairs)
    return fits and any(step == part for step, part in pairs)


def _ends_with(steps: list[str], route: tuple[str, ...]) -> bool:
    # either may leave out the first steps, which a client or a router adds
    pairs = list(zip(reversed(steps), reversed(route), strict=False))
    fits = all(one == other or "*" in {one, other} for one, other in pairs)
    return fits and any(one == other for one, other in pairs)


def _routes(sources: Sources) -> set[tuple[str, ...]]:
    """Every path in the sources of the service: one that the contract leaves out may exist all the same."""
    found = set()
    for module in sources.modules.values():
        for node in module.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if text.startswith("/") and len(text) > 1 and not re.search(r"\s", text):
                    steps = (re.sub(r"^\{.*\}$", "*", one) for one in path_steps(text))
                    found.add(tuple(steps))
    return {one for one in found if any(step != "*" for step in one)}


def _own_routes(files: Iterable[str]) -> set[tuple[str, ...]]:
    found = set()
    for path in files:
        match = _OWN_ROUTE.search(path)
        if match:
            steps = (match["app"] or match["pages"]).split("/")
            found.add(tuple("*" if one.startswith("[") else one for one in steps))
    return found


def _without_body(_: Repository, view: View) -> Iterator[Finding]:
    for request in view.requests:
        body = request.operation.contract.resolve(request.operation.content.get("requestBody", {}))
        if not body.get("required") or request.call.has_body is not False:
            continue
        yield _finding(
            view,
            request,
            _WITHOUT_BODY,
            found=f"sends no body to {request.operation}",
            expected="requires one, so the answer is 422",
            key=(str(request.operation),),
        )


def _unknown_fields(_: Repository, view: View) -> Iterator[Finding]:
    for request in view.requests:
        schema = request.operation.request_schema
        declared = view.binder.object_at("", schema) if schema else None
        if declared is None or declared.is_open or request.call.sent is None:
            continue
        unknown = [one for one in request.call.sent if one[0] not in declared.properties]
        # an object of another kind, such as the options of the client
        if len(unknown) == len(request.call.sent):
            continue
        for name, place in unknown:
            yield _finding(
                view,
                request,
                _UNKNOWN_FIELDS,
                found=f"sends {name} to {request.operation}",
                expected=f"declares only {', '.join(sorted(declared.properties))}",
                key=(str(request.operation), name),
                place=place,
            )


def _finding(
    view: View,
    request: Request,
    check: Check,
    *,
    found: str,
    expected: str,
    key: tuple[str, ...],
    place: Place | None = None,
) -> Finding:
    return Finding(
        part="contract",
        pointer=str(place or request.call.place),
        code=check.code,
        found=found,
        expected=expected,
        source=str(view.declared.place(request.operation.pointer + "/requestBody")),
        key=key,
        fix=check.fix,
    )


_NOT_DECLARED = Check(
    code="operation-not-declared",
    level=1,
    meaning="The page requests a path or a method that the contract does not declare: the answer is 404 or 405.",
    fix="request an operation that exists, or declare it",
    run=on_contract(_not_declared),
    missing=missing,
    same_as="route-missing",
)
_WITHOUT_BODY = Check(
    code="required-body-not-sent",
    level=1,
    meaning="The page sends no body to an operation that requires one: each of these requests is refused.",
    fix="send the body, or give it a default in the service",
    run=on_contract(_without_body),
    missing=missing,
    same_as="body-missing",
)
_UNKNOWN_FIELDS = Check(
    code="sent-field-not-declared",
    level=1,
    meaning="The page sends a field that the body of the operation does not declare: it has no effect, or the request "
    "is refused.",
    fix="send a field that exists, or declare it",
    run=on_contract(_unknown_fields),
    missing=missing,
    same_as="body-unknown-field",
)
CHECKS = (_NOT_DECLARED, _WITHOUT_BODY, _UNKNOWN_FIELDS)
