"""What an answer must be when a dependency of its operation is broken."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wirelaw.contract.document import JSON_TYPE, Node, Operation
from wirelaw.contract.validation import nearest_error
from wirelaw.contract.violation import violation
from wirelaw.finding import Finding, as_value
from wirelaw.running.exchange import Answer

PART = "faults"
FIX = (
    "fix the operation, or add to contract_tests/faults/tolerated.py why it tolerates this; then run "
    "`pytest contract_tests/faults`"
)
#: a client must not see paths of files, statements of SQL, or the code
_LEAKS = re.compile(
    r"(?<![\w.])/(?:\w[\w.-]*/)+[\w.-]*|\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM) \w"
    r"|Traceback|sqlite3|sqlalchemy|pydantic|\w+Error\b|0x[0-9a-f]{6,}"
)
_ADVICE = re.compile(
    r"\b(?:ask|bring|check|choose|fix|free|get|give|keep|leave|look|make|move|needs?|remove|restore|run"
    r"|see|send|set|stop|train|try|use|wait)\b",
    re.IGNORECASE,
)


def deviation(code: str, expected: str, found: str, fix: str = FIX) -> Finding:
    """Report what is wrong with an answer; `Report.add` puts the place in front."""
    return Finding(PART, "", code, expected, found, fix)


def check_refusal(operation: Operation, answer: Answer, secrets: Iterable[str]) -> list[Finding]:
    """Check an answer that should report a broken dependency."""
    if answer.streams:
        return [*_check_cut(operation, answer)]
    if answer.crash:
        return [deviation("crash", "an answer", answer.crash)]
    try:
        body = answer.json()
    except ValueError:
        return [deviation("not-json", "an envelope", f"{answer.status} with {answer.media_type}")]
    if answer.status < 400:
        found = f"{answer.status}, ok: {json.dumps(body.get('ok'))}: {as_value(body)}"
        return [deviation("fault-hidden", "an error that the contract declares", found)]
    error = body.get("error") or {}
    return [
        *_check_envelope(operation, answer, body),
        *_check_message(str(error.get("message", "")), secrets),
    ]


def _check_envelope(
    operation: Operation, answer: Answer, body: Mapping[str, Any]
) -> Iterator[Finding]:
    if answer.status == 500:
        yield deviation("unexpected-error", "503 with the code unavailable", "500")
    declared = operation.responses.get(str(answer.status))
    if declared is None:
        expected = f"one of {', '.join(operation.responses)}"
        yield deviation("undeclared-status", expected, str(answer.status))
        return
    if body.get("ok") is not False or body.get("error") is None:
        found = f"ok: {json.dumps(body.get('ok'))}, error: {as_value(body.get('error'))}"
        yield deviation("envelope-law", f"ok: false and an error, with {answer.status}", found)
    yield from _violations(operation, declared["content"][JSON_TYPE]["schema"], body)
    code = (body.get("error") or {}).get("code")
    if f"`{code}`" not in declared["description"]:
        expected = f"a code of {answer.status}: {declared['description']}"
        yield deviation("undeclared-code", expected, str(code))
    if answer.status == 503 and not answer.headers.get("retry-after", "").isdecimal():
        found = answer.headers.get("retry-after", "no header")
        yield deviation("retry-after-missing", "503 with Retry-After in seconds", found)


def _check_message(message: str, secrets: Iterable[str]) -> Iterator[Finding]:
    leak = _LEAKS.search(message)
    leaks = [leak.group()] if leak else [secret for secret in secrets if secret in message]
    if leaks:
        expected = "a message without paths, SQL and code"
        yield deviation("message-leaks", expected, f"{leaks[0]!r} in: {message}")
    if not message.endswith(".") or not _ADVICE.search(message):
        yield deviation("message-without-advice", "a message that says what to do", message)


def _check_cut(operation: Operation, answer: Answer) -> Iterator[Finding]:
    """A stream that has begun can only end, and without an event that ends the job."""
    if not answer.ended and not answer.crash:
        yield deviation("stream-goes-on", "the stream ends", "it stays open")
        return
    laws = operation.content["x-sse"]
    wrong = {frame.event for frame in answer.events} & {*laws["terminal"], laws["last"]}
    if wrong:
        found = ", ".join(sorted(map(str, wrong)))
        yield deviation("stream-claims-the-end", "the stream ends without a last event", found)


def check_success(operation: Operation, answer: Answer) -> list[Finding]:
    """Check an answer of an operation whose dependencies work."""
    if answer.crash:
        return [deviation("crash", "an answer", answer.crash)]
    declared = operation.responses.get(str(answer.status))
    if declared is None or answer.status >= 400:
        found = f"{answer.status}: {answer.body.decode(errors='replace')}"
        return [deviation("not-answered", "a declared success", found)]
    media = declared.get("content", {}).get(answer.media_type, {})
    if answer.streams:
        return [*_check_events(operation, media["itemSchema"], answer)]
    if answer.media_type == JSON_TYPE:
        return [*_violations(operation, media["schema"], answer.json())]
    return []


def _check_events(operation: Operation, item: Node, answer: Answer) -> Iterator[Finding]:
    for frame in answer.events:
        yield from _violations(operation, item, frame.fields)
        # the frame of another event has broken the schema of the stream already
        if frame.event in operation.events:
            schema = operation.events[frame.event]["properties"]["data"]["contentSchema"]
            yield from _violations(operation, schema, json.loads(frame.data or ""))


def _violations(operation: Operation, schema: Node, value: Any) -> Iterator[Finding]:
    error = nearest_error(operation.contract, schema, value)
    if error is not None:
        yield violation(PART, "", error)


def comparable(answer: Answer) -> Any:
    """Return what of an answer should be the same when the request is repeated."""
    if answer.streams:
        return [frame.fields for frame in answer.events]
    if answer.media_type == JSON_TYPE:
        body = answer.json()
        return {name: body[name] for name in ("ok", "data", "error")}
    return answer.body
