"""The checks of calls: routes, bodies, query parameters, headers, errors and answers."""

import ast
from collections.abc import Iterator

from wirelaw.calls import answer_shape
from wirelaw.calls.annotations import last_name
from wirelaw.calls.bodies import Body
from wirelaw.calls.client import Call, Match, Wire, listed, quoted
from wirelaw.calls.errors import errors, unread
from wirelaw.calls.operations import Operation
from wirelaw.calls.paths import parameters
from wirelaw.calls.security import requirement
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def wire(repository: Repository) -> Wire:
    """Return the calls of a repository, read once."""
    return repository.once(Wire)


def route_missing(repository: Repository) -> Iterator[Finding]:
    """A call of a path, or of a method of it, that the service does not have."""
    joined = wire(repository)
    for match in joined.matches:
        call = match.call
        if match.operations or not match.is_certain or call.is_outer:
            continue
        if match.other_methods:
            methods = sorted({one for op in match.other_methods for one in op.route.methods})
            other = match.other_methods[0].route.place
            expected = f"has {listed(methods)} of this path only"
        elif call.path.endswith("{}") and call.path.count("/") == 1:
            continue  # nothing of the path is known
        else:
            nearest = _nearest(call, joined.operations)
            if nearest is None:
                continue
            other = nearest.route.place
            expected = f"has no such route; the nearest is {nearest.title}"
        yield _finding(
            "route-missing", call.place, f"calls {call.title}", expected, other, (call.title,)
        )


def _nearest(call: Call, operations: list[Operation]) -> Operation | None:
    def shared(one: Operation) -> tuple[int, str]:
        theirs = [step for step in one.route.path.split("/") if step]
        steps = [step for step in call.path.split("/") if step]
        same = sum(step in theirs for step in steps if step != "{}")
        return same, one.route.path

    return max((one for one in operations if one.route.handler), key=shared, default=None)


def body_missing(repository: Repository) -> Iterator[Finding]:
    """A call without a body where the service requires one."""
    for match, operation in wire(repository).certain:
        call, body = match.call, operation.body
        if call.method not in _WITH_BODY or call.body["kind"] != "none":
            continue
        if call.is_generated and not call.is_outer:
            continue  # its client may have names for a body that are not known
        if not body.required or body.kind not in {"object", "form"}:
            continue
        name = f"the body {body.name}" if body.name else f"a body with {quoted(_required(body))}"
        yield _finding(
            "body-missing",
            call.place,
            f"calls {call.title} without a body",
            f"requires {name}: the answer is 422",
            operation.route.place,
            (operation.title, call.place.path),
        )


def body_unknown_field(repository: Repository) -> Iterator[Finding]:
    """A field that is sent and that no field of the body has."""
    joined = wire(repository)
    answered = {one["name"] for call in joined.calls for one in call.answers} - {""}
    seen: set[tuple[str, str]] = set()
    matches = sorted(joined.certain, key=lambda pair: bool(pair[0].call.body["type"]))
    # what a wrapper adds to every body: operations that read it, and others
    shared = {
        (one["name"], str(Place(**one["place"])))
        for match, operation in matches
        for one in match.call.body["fields"]
        if one["name"] in {field.name for field in operation.body.fields}
    }
    for match, operation in matches:
        call, body = match.call, operation.body
        if call.body["kind"] != "object" or body.kind != "object" or body.is_open:
            continue
        if call.body["type"] in {*answered, "Partial", "Omit", "Pick", "Required"}:
            continue  # the type of an answer, part of which is sent back
        # what the path says as well is not lost
        names = {one.name for one in body.fields} | parameters(operation.route.path)
        sent = {one["name"] for one in call.body["fields"]}
        if not names & sent and call.body["fields"] and len(sent) > 1 and call.body["open"]:
            continue
        effect = "refused with 422" if body.is_strict else "dropped in silence"
        for one in call.body["fields"]:
            key = (operation.title, one["name"])
            place = (one["name"], str(Place(**one["place"])))
            # one type is the body of many operations
            if one["name"] in names or {key, place} & seen or place in shared:
                continue
            seen |= {key, place}
            verb = (
                f'declares "{one["name"]}" in {call.body["type"] or "the body"} of'
                if one["typed"]
                else f'sends "{one["name"]}" with'
            )
            owner = f"{body.name} has no such field" if body.name else f"takes {quoted(names)} only"
            yield _finding(
                "body-unknown-field",
                Place(**one["place"]),
                f"{verb} {call.title}",
                f"{owner}: it is {effect}",
                body.place or operation.route.place,
                key,
            )


def body_field_missing(repository: Repository) -> Iterator[Finding]:
    """A required field that a call certainly does not send."""
    # the place that decides what is sent goes before the fetch
    for match, operation in sorted(
        wire(repository).certain, key=lambda pair: not pair[0].call.is_outer
    ):
        call, body = match.call, operation.body
        if call.body["kind"] != "object" or call.body["open"] or body.kind != "object":
            continue
        sent = {one["name"] for one in call.body["fields"]}
        missing = sorted(_required(body) - sent)
        if not missing or (
            not call.body["literal"] and not sent & {one.name for one in body.fields}
        ):
            continue
        yield _finding(
            "body-field-missing",
            call.place,
            f"calls {call.title} without {quoted(missing)}",
            f"requires {_pronoun(missing)} in {body.name or 'the body'}: the answer is 422",
            body.place or operation.route.place,
            (operation.title, *missing),
        )


def query_unknown(repository: Repository) -> Iterator[Finding]:
    """A query parameter that the operation does not have."""
    joined = wire(repository)
    read = _read_by_hand(joined)
    for match in joined.matches:
        call = match.call
        operations = match.operations
        if not operations or not match.is_certain or call.method in {None, "HEAD"}:
            continue
        if match.is_guess:
            continue
        if any(one.is_query_open for one in operations):
            continue
        names = {name for one in operations for name in one.query}
        unknown = [
            name
            for name in call.query
            if name not in names | read and len(name) > 1 and not name.startswith("_")
        ]
        if unknown:
            takes = f"takes {quoted(names)}" if names else "takes no query parameters"
            yield _finding(
                "query-unknown",
                call.place,
                f"sends {listed([f'?{name}=' for name in unknown])} with {call.title}",
                f"{takes}: the rest is dropped in silence",
                operations[0].route.place,
                (operations[0].title, *sorted(unknown)),
            )


def _read_by_hand(joined: Wire) -> set[str]:
    """Return the query parameters that middleware reads of a request."""
    found: set[str] = set()
    for module, call in joined.sources.calls.get("get", []):
        owner = getattr(call.func, "value", None)
        around = module.scope(call)
        words = {last_name(one) for one in ast.walk(around or ast.Pass())}
        is_parsed = bool(words & {"parse_qs", "parse_qsl", "QueryParams"})
        if (is_parsed or getattr(owner, "attr", "") == "query_params") and call.args:
            found |= joined.sources.text_of(module, call.args[0]) or set()
    return found


def auth_not_sent(repository: Repository) -> Iterator[Finding]:
    """A header that the service requires of calls of the page, and that the page sends nowhere."""
    joined = wire(repository)
    sent = {name for fact in joined.facts if fact["kind"] == "project" for name in fact["headers"]}
    required: dict[frozenset[str], list[tuple[Place, Match, Operation]]] = {}
    for match, operation in joined.certain:
        found = None if match.call.is_generated else requirement(joined.sources, operation)
        if found is not None and not found.headers & sent:
            required.setdefault(found.headers, []).append((found.place, match, operation))
    for headers, rows in sorted(required.items(), key=lambda one: sorted(one[0])):
        place, match, _ = min(rows, key=lambda row: row[1].call.place)
        titles = sorted({operation.title for _, _, operation in rows})
        names = " or ".join(name.title() for name in sorted(headers))
        yield _finding(
            "auth-not-sent",
            match.call.place,
            f"calls {match.call.title}, and nothing of the page sends {names}",
            f"requires it of {_counted(titles)}: the call is refused",
            place,
            tuple(sorted(headers)),
        )


def error_shape(repository: Repository) -> Iterator[Finding]:
    """A reader of errors that reads none of the fields that the errors of the service have."""
    joined = wire(repository)
    sent = errors(joined.sources, joined.answers)
    detail = any(fact["kind"] == "project" and fact["readsDetail"] for fact in joined.facts)
    called: dict[str, list[Operation]] = {}
    for match, operation in joined.certain:
        called.setdefault(str(match.call.sink), []).append(operation)
    for fact in joined.facts:
        if fact["kind"] != "failure" or (fact["escapes"] and detail):
            continue
        operations = [one for sink in fact["sinks"] for one in called.get(str(Place(**sink)), [])]
        differs = unread(sent, frozenset(fact["reads"]), operations, is_loose=fact["loose"])
        if differs is None:
            continue
        yield _finding(
            "error-shape",
            Place(**fact["place"]),
            f"reads {quoted(fact['reads'], 'or')} of an error",
            *differs,
            (fact["place"]["path"], *sorted(fact["reads"])),
        )


def _finding(  # noqa: PLR0917 - what a finding has
    code: str, place: Place, found: str, expected: str, other: Place, key: tuple[str, ...]
) -> Finding:
    fix = next(one.fix for one in CHECKS if one.code == code)
    return Finding(
        part="sources",
        pointer=str(place),
        code=code,
        expected=expected,
        found=found,
        fix=fix,
        source=str(other),
        key=key,
    )


def _required(body: Body) -> set[str]:
    return {one.name for one in body.fields if one.required}


def _pronoun(words: list[str]) -> str:
    return "it" if len(words) == 1 else "them"


def _counted(titles: list[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"


CHECKS: tuple[Check, ...] = (
    Check(
        "route-missing",
        0,
        "The page calls a path or a method that the service does not have: the answer is 404 or 405, every time.",
        "correct the path or the method on the page, or add the route",
        route_missing,
    ),
    Check(
        "body-missing",
        0,
        "The service requires a body and the page sends none: the answer is 422, every time.",
        "send the body, or give the parameter of the handler a default",
        body_missing,
    ),
    Check(
        "body-unknown-field",
        0,
        "The page sends a field that the service's model does not have. pydantic drops it in silence, or refuses the "
        'request where the model has `extra="forbid"`; what the user chose has no effect.',
        "add the field to the model, or do not send it",
        body_unknown_field,
    ),
    Check(
        "body-field-missing",
        0,
        "The service's model requires a field that the page does not send: the answer is 422, every time.",
        "send the field, or give it a default",
        body_field_missing,
    ),
    Check(
        "query-unknown",
        0,
        "The page sends a query parameter that the operation does not have. FastAPI drops it in silence, so a filter or a "
        "limit has no effect.",
        "add the parameter to the handler, or do not send it",
        query_unknown,
    ),
    Check(
        "auth-not-sent",
        0,
        "The service refuses these calls without a header that the page sends nowhere.",
        "send the header in the page's client, or do not require it",
        auth_not_sent,
    ),
    Check(
        "error-shape",
        0,
        "The page looks for the message of an error in fields that the service's errors do not have, so users read a "
        "general text in place of the reason.",
        'read "detail", or register handlers for HTTPException and RequestValidationError that send what the page reads',
        error_shape,
    ),
    answer_shape.CHECK,
)
