"""Asks a running service for what it answers: only with GET, which changes nothing, and only what needs no parameter."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from wirelaw.contract.app import run
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Unseen
from wirelaw.running import har
from wirelaw.running.exchange import STREAM_TYPE, Answer, Exchange

SECONDS = 10.0  #: without a byte of an answer
APP_SECONDS = 120.0  #: for an app to start and answer everything
MAX_BYTES = 20_000_000
MAX_STREAM_CHUNKS = 20  #: of a stream, which may have no end
CONTRACT = "openapi.json"
#: this package comes last: the app's own packages go before those that it is installed beside
_PROGRAM = """
import runpy, sys
sys.path.append({folder!r})
runpy.run_module("wirelaw.running.inside", run_name="__main__", alter_sys=True)
"""


class VisitError(Exception):
    """The service could not be visited at all; the message is one sentence."""


def safe_operations(
    contract: Contract, values: Mapping[str, str] | None = None
) -> Iterator[tuple[Operation, str, dict[str, str]]]:
    """Yield the operations that can be tried, each with its path and query.

    Args:
        contract: of the service.
        values: of parameters by name, so that operations that require them are tried as well.
    """
    values = values or {}
    for operation in contract.operations():
        names = {"path": dict[str, str](), "query": dict[str, str](), "header": {}, "cookie": {}}
        required = [one for one in operation.parameters if one.get("required")]
        for parameter in required:
            if parameter["name"] in values:
                names[parameter["in"]][parameter["name"]] = values[parameter["name"]]
        is_complete = len(required) == len(names["path"]) + len(names["query"])
        if operation.method == "get" and is_complete:
            path = operation.path
            for name, value in names["path"].items():
                path = path.replace(f"{{{name}}}", value)
            if "{" not in path:
                yield operation, path, names["query"]


def contract_of(url: str, headers: Mapping[str, str] | None = None) -> Contract:
    """Return the contract that a service serves as FastAPI does, at `/openapi.json`.

    Raises:
        VisitError: it serves none.
    """
    place = f"{url.rstrip('/')}/{CONTRACT}"
    answer = _get(place, headers or {})
    try:
        document = answer.json()
        if answer.status == 200 and isinstance(document["paths"], dict):
            return Contract(document)
    except (ValueError, LookupError, TypeError):
        pass
    raise VisitError(
        f"{place} is no OpenAPI document (status {answer.status}); name one with --contract"
    )


def visit(
    url: str,
    contract: Contract,
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> tuple[list[Exchange], list[Unseen]]:
    """Ask a service at a URL, and return the exchanges and what did not answer."""
    exchanges: list[Exchange] = []
    unseen: list[Unseen] = []
    base = url.rstrip("/")
    for operation, path, query in safe_operations(contract, values):
        place = f"{base}{path}?{urlencode(query)}" if query else f"{base}{path}"
        try:
            answer = _get(place, headers or {})
        except VisitError as error:
            unseen.append(Unseen(str(operation), str(error)))
            continue
        exchanges.append(
            Exchange("GET", path, answer, [*query.items()], dict(headers or {}), origin=base)
        )
    return exchanges, unseen


def _get(url: str, headers: Mapping[str, str]) -> Answer:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise VisitError(
            f"{url} is no URL of a service: it begins with neither http:// nor https://"
        )
    request = urllib.request.Request(url, headers={"accept": "*/*", **headers})  # noqa: S310 - http or https
    try:
        with _open(request) as response:
            return _answer(response)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise VisitError(f"{url} does not answer: {reason}") from None


def _open(request: urllib.request.Request) -> Any:
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        return opener.open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        return error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer of the operation."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(response: Any) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_stream = headers.get("content-type", "").startswith(STREAM_TYPE)
    body, ended, count = b"", False, 0
    try:
        while len(body) < MAX_BYTES and not (is_stream and count == MAX_STREAM_CHUNKS):
            # of a stream what is there, and of other answers all
            chunk = response.read1(MAX_BYTES)
            if not chunk:
                ended = True
                break
            body, count = body + chunk, count + 1
    except TimeoutError:
        pass
    return Answer(response.status, headers, body, len(body), ended=ended)


def visit_app(root: Path, app: str) -> tuple[Contract, list[Exchange]]:
    """Import `module:app` in a process of its own, which asks it; return its contract and the exchanges.

    Raises:
        ExportError: it cannot be imported, does not start, or takes too long.
    """
    program = _PROGRAM.format(folder=str(Path(__file__).parents[2]))
    handed = run(root, app, program, APP_SECONDS)
    return Contract(handed["contract"]), har.exchanges(handed["har"])
