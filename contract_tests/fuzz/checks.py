"""Our own checks beside those of schemathesis; each failure names the operation and the place, and says what to run."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from contract_tests.document import Operation
from contract_tests.fuzz.subject import Subject, path_values
from contract_tests.fuzz.whole_streams import broken_law

Request = Case[Any]

CHECK = "quant-engine contract check"
EXPORT = "quant-engine contract export"

#: fields that rules beyond a schema may refuse: two that exclude each other, what a service gave out
BEYOND_SCHEMA = frozenset({"tickers", "full_universe", "query.cursor"})


def operation_of(case: Request) -> Operation | None:
    """The contract's operation that a request was for; None for a method that it does not have."""
    service, name = case.operation.app, f"{case.method.upper()} {case.path}"
    if not isinstance(service, Subject):
        return None
    return next((one for one in service.contract.operations() if str(one) == name), None)


def fault(case: Request, place: str, told: str, *, run: str) -> Failure:
    """Make a failure whose first line says everything."""
    return Failure(
        operation=case.operation.label,
        title=f"{place}: {told}",
        message=f"run: {run}",
    )


def _is_json(response: Response) -> bool:
    return response.headers.get("content-type", [""])[0] == "application/json"


def _body(response: Response) -> Any:
    return json.loads(response.content) if _is_json(response) and response.content else None


def _sent(response: Response, name: str) -> str | None:
    value = response.request.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _sent_body(response: Response) -> str | bytes:
    body = response.request.body
    return body if isinstance(body, str | bytes) else b"null"


@schemathesis.check
def envelope_law(_ctx: CheckContext, response: Response, case: Request) -> None:
    """`ok`, an absent error and a status below 400 hold together, and meta speaks of this request."""
    if case.method.upper() == "HEAD" or response.request.method == "HEAD":
        return
    failed = response.status_code >= 400
    if not _is_json(response):
        if failed:
            raise fault(case, "body", f"{response.status_code} is not an envelope", run=CHECK)
        return
    body = _body(response)
    if not isinstance(body, dict) or list(body) != ["ok", "data", "error", "meta"]:
        raise fault(case, "/", f"not an envelope: {str(body)[:120]}", run=CHECK)
    if (body["ok"] is True) is failed or (body["error"] is None) is failed:
        said = f"ok {body['ok']}, error {json.dumps(body['error'])[:120]}"
        raise fault(case, "/ok", f"status {response.status_code} with {said}", run=CHECK)


@schemathesis.check
def request_id(_ctx: CheckContext, response: Response, case: Request) -> None:
    """A valid X-Request-ID comes back, and the envelope has the same."""
    sent = _sent(response, "X-Request-ID")
    told = response.headers.get("x-request-id", [None])[0]
    if told is None or (sent is not None and told != sent):
        raise fault(case, "X-Request-ID", f"sent {sent}, answered {told}", run=CHECK)
    body = _body(response)
    if isinstance(body, dict) and "meta" in body and body["meta"].get("request_id") != told:
        said = body["meta"].get("request_id")
        raise fault(case, "/meta/request_id", f"{said}, the header says {told}", run=CHECK)


@schemathesis.check
def never_cached(_ctx: CheckContext, response: Response, case: Request) -> None:
    """No answer may be kept by a cache."""
    told = ", ".join(response.headers.get("cache-control", []))
    if "no-store" not in told:
        raise fault(case, "Cache-Control", f"{told or 'absent'}, not no-store", run=CHECK)


@schemathesis.check
def unknown_ids_are_refused(_ctx: CheckContext, response: Response, case: Request) -> None:
    """What was never issued never gets a 2xx."""
    operation, service = operation_of(case), case.operation.app
    if operation is None or response.status_code >= 300 or not isinstance(service, Subject):
        return
    sent = urlsplit(str(response.request.url)).path
    for name, value in path_values(operation.path, sent).items():
        if not service.knows(operation, name, value):
            told = f"{response.status_code} for {value!r}, which was never issued"
            raise fault(case, f"path.{name}", told, run="pytest tests/api")


@schemathesis.check
def accepted_as_sent(_ctx: CheckContext, response: Response, case: Request) -> None:
    """An accepted body is valid, nothing in it was converted, and what it left out has its default."""
    operation = operation_of(case)
    if operation is None or "requestBody" not in operation.content or response.status_code >= 300:
        return
    sent = json.loads(_sent_body(response))
    for error in operation.contract.validator(operation.request_schema or {}).iter_errors(sent):
        told = f"{json.dumps(error.instance)[:80]} was accepted: {error.message[:120]}"
        raise fault(case, _pointer("body", error.absolute_path), told, run=CHECK)
    told_params = _body(response)["data"]["params"]
    for name, told in _conversions(operation, sent, told_params):
        raise fault(case, f"body/{name}", told, run=CHECK)


def _conversions(
    operation: Operation, sent: Any, kept: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Give each parameter that is not what was sent, or not the contract's default."""
    for name, default in defaults(operation).items():
        wanted = sent.get(name, default)
        # JSON has one kind of number; Python's True equals 1
        same = kept.get(name) == wanted and isinstance(kept.get(name), bool) == isinstance(
            wanted, bool
        )
        if not same:
            whence = "sent" if name in sent else "the contract's default is"
            yield name, f"{whence} {json.dumps(wanted)}, the job has {json.dumps(kept.get(name))}"


def defaults(operation: Operation) -> dict[str, Any]:
    """Return what the contract says of each field that may be left out."""
    return {name: field["default"] for name, field in operation.request_fields.items()}


@schemathesis.check
def queries_are_read_strictly(_ctx: CheckContext, response: Response, case: Request) -> None:
    """An accepted query has only parameters of the contract, each once and of its type."""
    operation = operation_of(case)
    if operation is None or response.status_code >= 300:
        return
    declared = {
        parameter["name"]: parameter["schema"]
        for parameter in operation.parameters
        if parameter["in"] == "query"
    }
    url = urlsplit(str(response.request.url))
    given = parse_qsl(url.query, keep_blank_values=True)
    names = [name for name, _ in given]
    for name, value in given:
        if name not in declared or names.count(name) > 1:
            raise fault(case, f"query.{name[:64]}", "was accepted and nobody reads it", run=CHECK)
        validator = operation.contract.validator(declared[name])
        if not any(validator.is_valid(read) for read in _readings(value)):
            raise fault(case, f"query.{name}", f"{value[:80]!r} was accepted", run=CHECK)


def _readings(text: str) -> list[Any]:
    """What a query's text may stand for."""
    try:
        number = json.loads(text)
    except ValueError:
        return [text]
    return [text, number] if isinstance(number, int | float) else [text]


@schemathesis.check
def refused_for_a_reason(_ctx: CheckContext, response: Response, case: Request) -> None:
    """A request that the contract allows is refused only for what a schema cannot say."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 422:
        return
    if operation_of(case) is None:
        return
    error = _body(response)["error"]
    paths = {field["path"].partition(".")[0] for field in error["fields"]}
    whole = {field["path"] for field in error["fields"]} | paths
    if error["code"] == "invalid" and not whole & (BEYOND_SCHEMA | {""}):
        told = f"the contract allows this and it was refused: {error['fields']}"
        raise fault(case, ", ".join(sorted(whole)), told[:300], run=EXPORT)


@schemathesis.check
def streams_keep_their_laws(_ctx: CheckContext, response: Response, case: Request) -> None:
    """A stream that was read to its end obeys what the contract says of it."""
    operation = operation_of(case)
    if operation is None or not operation.streams or response.status_code != 200:
        return
    if response.stream_cut_short or not operation.content["x-sse"]["ends"]:
        # counted as untested by the sweep; contract_tests/streams reads these
        return
    asked = _sent(response, "last-event-id")
    told = broken_law(operation, response.content, asked=asked)
    if told is not None:
        raise fault(case, "x-sse", told, run="pytest contract_tests/streams")


def _pointer(root: str, path: Any) -> str:
    return "/".join([root, *map(str, path)])
