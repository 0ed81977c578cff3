"""What an answer must be when something below its operation is broken."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.asgi import Answer
from contract_tests.document import Node, Operation
from contract_tests.sse import Frame

#: a client must not see where things lie, what was asked of the database, or how the code goes
_LEAKS = re.compile(
    r"(?<![\w.])/(?:\w[\w.-]*/)+[\w.-]*|\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM) \w"
    r"|Traceback|sqlite3|sqlalchemy|pydantic|\w+Error\b|0x[0-9a-f]{6,}"
)
_ADVICE = re.compile(
    r"\b(?:ask|bring|check|choose|free|get|give|keep|leave|look|make|mend|move|needs?|remove|restore|run"
    r"|see|send|set|stop|train|try|use|wait)\b",
    re.IGNORECASE,
)


def is_refusal(operation: Operation, answer: Answer, secrets: Iterable[str]) -> list[str]:
    """Say what is wrong with an answer that should tell of a broken dependency; [] if nothing is."""
    if answer.streams:
        return _is_cut(operation, answer)
    if answer.crash:
        return [f"broke off: {answer.crash}"]
    try:
        body = answer.json()
    except ValueError:
        return [f"answered {answer.status} with {answer.media_type} and no envelope"]
    shown = json.dumps(body, default=str)[:160]
    if answer.status < 400:
        return [
            f"answered {answer.status}, ok: {json.dumps(body.get('ok'))}, as if all were well: {shown}"
        ]
    found = _is_envelope(operation, answer, body)
    error = body.get("error") or {}
    if answer.status == 500:
        found.append("answered 500: a broken dependency is `unavailable` (503), and foreseen")
    message = str(error.get("message", ""))
    return [*found, *_is_sentence(message, secrets)]


def _is_envelope(operation: Operation, answer: Answer, body: Mapping[str, Any]) -> list[str]:
    declared = operation.content["responses"].get(str(answer.status))
    if declared is None:
        known = ", ".join(operation.content["responses"])
        return [f"answered {answer.status}, which it does not declare (it declares {known})"]
    found = []
    if body.get("ok") is not False or body.get("error") is None:
        found.append(f"answered {answer.status} with ok: {json.dumps(body.get('ok'))}")
    problems = operation.contract.validator(
        declared["content"]["application/json"]["schema"]
    ).iter_errors(body)
    found += [
        f"answered {answer.status} with a body that breaks its schema: {problem.message[:120]}"
        for problem in problems
    ]
    code = (body.get("error") or {}).get("code")
    if f"`{code}`" not in declared["description"]:
        found.append(
            f"answered {answer.status} with the code {code}, declared is {declared['description']}"
        )
    if answer.status == 503 and not answer.headers.get("retry-after", "").isdecimal():
        found.append("answered 503 without Retry-After")
    return found


def _is_sentence(message: str, secrets: Iterable[str]) -> list[str]:
    found = []
    leak = _LEAKS.search(message)
    told = [leak.group()] if leak else [secret for secret in secrets if secret in message]
    if told:
        found.append(f"its message tells {told[0]!r}: {message[:120]}")
    if not message.endswith(".") or not _ADVICE.search(message):
        found.append(f"its message does not say what to do: {message[:120]!r}")
    return found


def _is_cut(operation: Operation, answer: Answer) -> list[str]:
    """A stream that has begun can only end, without saying that the job did."""
    if not answer.ended and not answer.crash:
        return ["its stream goes on as if all were well"]
    laws = operation.content["x-sse"]
    said = {frame.event for frame in answer.events}
    wrong = said & {*laws["terminal"], laws["last"]}
    return (
        [f"its stream says {', '.join(sorted(map(str, wrong)))} and ends as if all were well"]
        if wrong
        else []
    )


def is_answer(operation: Operation, answer: Answer) -> list[str]:
    """Say what is wrong with an answer as to a service that is well."""
    if answer.crash:
        return [f"broke off: {answer.crash}"]
    declared = operation.content["responses"].get(str(answer.status))
    if declared is None or answer.status >= 400:
        return [f"answered {answer.status}: {answer.body[:160].decode(errors='replace')}"]
    media = declared.get("content", {}).get(answer.media_type, {})
    if answer.streams:
        item = operation.contract.validator(media["itemSchema"])
        wrong = [problem for frame in answer.events for problem in item.iter_errors(frame.fields)]
        wrong += [problem for frame in answer.events for problem in _payload(operation, frame)]
    elif answer.media_type == "application/json":
        wrong = list(operation.contract.validator(media["schema"]).iter_errors(answer.json()))
    else:
        wrong = []
    return [
        f"answered {answer.status} with what breaks its schema: {problem.message[:120]}"
        for problem in wrong
    ]


def _payload(operation: Operation, frame: Frame) -> list[Any]:
    if frame.event not in operation.events:
        return []  # its frame breaks the schema of the stream already
    schema = payload_schema(operation, frame.event)
    return list(operation.contract.validator(schema).iter_errors(json.loads(frame.data or "")))


def payload_schema(operation: Operation, event: str) -> Node:
    """Return the schema of what an event of a stream carries; KeyError when the stream has no such event."""
    schema: Node = operation.events[event]["properties"]["data"]["contentSchema"]
    return schema


def comparable(answer: Answer) -> Any:
    """Return what of an answer should be the same when it is asked again."""
    if answer.streams:
        return [frame.fields for frame in answer.events]
    if answer.media_type == "application/json":
        body = answer.json()
        return {name: body[name] for name in ("ok", "data", "error")}
    return answer.body
