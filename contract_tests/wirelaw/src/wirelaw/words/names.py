"""Names of things on both sides, as the words that they consist of: `JobStatus`, `job_status` and `JOB_STATUSES` are one."""

import re
from functools import cache

_STEP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: say how a set is written, not what it is
_FORM = frozenset(
    [
        "enum",
        "literal",
        "schema",
        "choice",
        "option",
        "value",
        "set",
        "list",
        "valid",
        "allowed",
        "all",
        "str",
        "z",
    ]
)
#: a shape's name on one side and the same shape's on the other
_ROLE = frozenset(
    [
        "response",
        "request",
        "out",
        "read",
        "dto",
        "public",
        "schema",
        "model",
        "item",
        "record",
        "payload",
        "data",
        "info",
        "in",
        "input",
        "body",
        "params",
        "base",
        "form",
        "values",
    ]
)
#: a part of a set that somebody chose on purpose
CHOSEN = frozenset(
    [
        "terminal",
        "active",
        "final",
        "done",
        "dead",
        "finished",
        "running",
        "pending",
        "editable",
        "selectable",
        "visible",
        "default",
        "filter",
        "supported",
        "retry",
        "retryable",
        "failed",
        "blocking",
        "open",
        "closed",
        "stale",
        "blank",
        "required",
        "optional",
        "common",
        "basic",
        "simple",
        "core",
        "main",
        "known",
        "primary",
        "preset",
        "custom",
        "special",
        "legacy",
        "manual",
        "user",
        "admin",
        "public",
        "private",
        "error",
        "success",
        "initial",
        "partial",
        "temp",
        "interactive",
        "hidden",
        "ignored",
        "skipped",
        "excluded",
        "included",
        "reserved",
        "internal",
        "external",
        "quick",
        "top",
        "sample",
        "demo",
        "sortable",
        "searchable",
        "exportable",
        "display",
        "only",
        "non",
        "without",
    ]
)


@cache
def steps(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case and in the singular."""
    return tuple(_singular(one.lower()) for one in _STEP.findall(name))


@cache
def concept(name: str) -> tuple[str, ...]:
    """Return the words that say what a set of words is: without `Enum`, `VALID_` and the like."""
    found = steps(name)
    return tuple(one for one in found if one not in _FORM) or found


@cache
def shape(name: str) -> tuple[str, ...]:
    """Return the words that say what a shape is: without `Response`, `Dto` and the like, if others are left."""
    found = steps(name)
    while len(found) > 1 and found[-1] in _ROLE:
        found = found[:-1]
    return found


def chosen(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one of two names is of a part that was chosen on purpose, and the other is not of that part."""
    return bool((set(one) ^ set(other)) & CHOSEN)


def _singular(word: str) -> str:
    if word.endswith(("sses", "uses", "xes")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
