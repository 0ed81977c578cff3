"""Our own checks beside those of schemathesis; each failure carries a finding."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response

from contract_tests.fuzz.scenario import Scenario, path_values
from contract_tests.fuzz.unknown_ids import unknown_id
from contract_tests.fuzz.whole_streams import broken_law
from wirelaw.contract.document import Operation
from wirelaw.contract.validation import nearest_error, validator
from wirelaw.contract.violation import violation
from wirelaw.finding import DEFAULT_FIX, Finding, as_value

Request = Case[Any]

PART = "fuzz"
EXPORT = "change the code, or run `quant-engine contract export` if the bound is meant"

#: fields that the service may refuse by rules beyond a schema: two exclude each other, one is issued by it
BEYOND_SCHEMA = frozenset({"tickers", "full_universe", "query.cursor"})


def operation_of(case: Request) -> Operation | None:
    """Return the operation that a request is for; None for a method that the contract does not have."""
    service, name = case.operation.app, f"{case.method.upper()} {case.path}"
    if not isinstance(service, Scenario):
        return None
    return next((one for one in service.contract.operations() if str(one) == name), None)


class Drift(Failure):
    """A failure of one of our own checks; the check's name becomes the code of its finding."""

    __slots__ = ("finding",)

    def __init__(
        self, case: Request, place: str, expected: str, found: str, fix: str = DEFAULT_FIX
    ) -> None:
        label = case.operation.label
        self.finding = Finding(PART, f"{label} {place}", "", expected, found, fix)
        super().__init__(operation=label, title=place, message=str(self.finding))


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
    """`ok`, an absent error and a status below 400 hold together."""
    if case.method.upper() == "HEAD" or response.request.method == "HEAD":
        return
    failed = response.status_code >= 400
    if not _is_json(response):
        if failed:
            raise Drift(case, f"{response.status_code}", "an envelope", "no JSON")
        return
    body = _body(response)
    if not isinstance(body, dict) or list(body) != ["ok", "data", "error", "meta"]:
        raise Drift(case, "/", "an envelope: ok, data, error, meta", as_value(body))
    if (body["ok"] is True) is failed or (body["error"] is None) is failed:
        expected = "ok false and an error" if failed else "ok true and no error"
        found = f"ok {body['ok']}, error {json.dumps(body['error'])}"
        raise Drift(case, "/ok", f"{expected}, with status {response.status_code}", found)


@schemathesis.check
def request_id_returned(_ctx: CheckContext, response: Response, case: Request) -> None:
    """A valid X-Request-ID comes back, and the envelope has the same."""
    sent = _sent(response, "X-Request-ID")
    returned = response.headers.get("x-request-id", [None])[0]
    if returned is None or (sent is not None and returned != sent):
        raise Drift(case, "X-Request-ID", f"the id that was sent, {sent}", str(returned))
    body = _body(response)
    if isinstance(body, dict) and "meta" in body:
        in_body = body["meta"].get("request_id")
        if in_body != returned:
            expected = f"the id of the header, {returned}"
            raise Drift(case, "/meta/request_id", expected, str(in_body))


@schemathesis.check
def never_cached(_ctx: CheckContext, response: Response, case: Request) -> None:
    """No cache may keep an answer."""
    directives = ", ".join(response.headers.get("cache-control", []))
    if "no-store" not in directives:
        raise Drift(case, "Cache-Control", "no-store", directives or "no header")


@schemathesis.check
def unknown_ids_refused(_ctx: CheckContext, response: Response, case: Request) -> None:
    """An id that was never issued never gets a 2xx."""
    operation, service = operation_of(case), case.operation.app
    if operation is None or response.status_code >= 300 or not isinstance(service, Scenario):
        return
    sent = urlsplit(str(response.request.url)).path
    for name, value in path_values(operation.path, sent).items():
        if not service.has_issued(operation, name, value):
            found = f"{response.status_code} for {value!r}, which was never issued"
            one = unknown_id(operation, name, found)
            raise Drift(case, f"path/{name}", one.expected, one.found, one.fix)


@schemathesis.check
def accepted_as_sent(_ctx: CheckContext, response: Response, case: Request) -> None:
    """An accepted body is valid, nothing in it was converted, and each missing field has its default."""
    operation = operation_of(case)
    if operation is None or "requestBody" not in operation.content or response.status_code >= 300:
        return
    sent = json.loads(_sent_body(response))
    error = nearest_error(operation.contract, operation.request_schema or {}, sent)
    if error is not None:
        broken = violation(PART, "body", error)
        place = broken.pointer.replace(" ", "")
        raise Drift(case, place, broken.expected, f"accepted: {broken.found}")
    for name, expected, found in _conversions(operation, sent, _body(response)["data"]["params"]):
        raise Drift(case, f"body/{name}", expected, found)


def _conversions(
    operation: Operation, sent: Any, kept: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Give each parameter of a job that differs from the request, or from the contract's default."""
    for name, default in defaults(operation).items():
        expected, found = sent.get(name, default), kept.get(name)
        # JSON has one kind of number; Python's True equals 1
        if expected != found or isinstance(expected, bool) != isinstance(found, bool):
            source = "as sent" if name in sent else "the contract's default"
            yield name, f"{json.dumps(expected)}, {source}", f"{json.dumps(found)} in the job"


def defaults(operation: Operation) -> dict[str, Any]:
    """Return the default of each field."""
    return {name: field["default"] for name, field in operation.request_fields.items()}


@schemathesis.check
def queries_read_strictly(_ctx: CheckContext, response: Response, case: Request) -> None:
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
    sent = parse_qsl(url.query, keep_blank_values=True)
    names = [name for name, _ in sent]
    for name, value in sent:
        if name not in declared or names.count(name) > 1:
            expected = "a refusal of a parameter that is not declared, or sent twice"
            raise Drift(case, f"query/{name[:64]}", expected, "it is accepted and ignored")
        checker = validator(operation.contract, declared[name])
        if not any(checker.is_valid(read) for read in _readings(value)):
            expected = f"a value of {as_value(declared[name])}"
            raise Drift(case, f"query/{name}", expected, f"accepted: {value[:80]!r}")


def _readings(text: str) -> list[Any]:
    """Return the values that a query's text may stand for."""
    try:
        number = json.loads(text)
    except ValueError:
        return [text]
    return [text, number] if isinstance(number, int | float) else [text]


@schemathesis.check
def refused_for_a_reason(_ctx: CheckContext, response: Response, case: Request) -> None:
    """The service refuses a request that the contract allows only for a rule that a schema cannot express."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 422:
        return
    if operation_of(case) is None:
        return
    error = _body(response)["error"]
    paths = {field["path"].partition(".")[0] for field in error["fields"]}
    whole = {field["path"] for field in error["fields"]} | paths
    if error["code"] == "invalid" and not whole & (BEYOND_SCHEMA | {""}):
        expected = "accepted, as the contract allows it"
        raise Drift(case, f"body/{min(whole)}", expected, f"refused: {error['fields']}", EXPORT)


@schemathesis.check
def stream_laws(_ctx: CheckContext, response: Response, case: Request) -> None:
    """A stream that was read to its end keeps the laws that the contract declares."""
    operation = operation_of(case)
    if operation is None or not operation.streams or response.status_code != 200:
        return
    if response.stream_cut_short or not operation.content["x-sse"]["ends"]:
        # counted as untested by the sweep; contract_tests/streams reads these
        return
    last_event_id = _sent(response, "last-event-id")
    broken = broken_law(operation, response.content, last_event_id=last_event_id)
    if broken is not None:
        law, expected, found = broken
        raise Drift(case, f"x-sse/{law}", expected, found, "run `pytest contract_tests/streams`")
