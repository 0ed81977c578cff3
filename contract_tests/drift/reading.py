"""Reads what a tool said: all is well, it found something, or it could not even read what it was given.

A tree that does not parse or import is no kill: the drift is broken, not caught.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from contract_tests.drift.programs import Done

Outcome = Literal["green", "red", "broken", "slow"]
MOST_SAID = 20_000


@dataclass(frozen=True)
class Verdict:
    """What a gate made of a tree."""

    outcome: Outcome
    said: str  #: of what it found, or of why it could not look
    seconds: float = 0.0
    cpu_seconds: float = 0.0


Reader = Callable[
    [Done, Path], tuple[Outcome, str]
]  #: reads a program's end, and its scratch folder

#: a module that cannot be loaded; whatever a test says beside it is its echo
_UNLOADED = re.compile(
    r"^(E\s+)?(SyntaxError|IndentationError|ImportError|ModuleNotFoundError|NameError)\b",
    re.MULTILINE,
)


def verdict(reader: Reader, done: Done, scratch: Path) -> Verdict:
    """Read what a gate's program left."""
    if done.is_slow:
        return Verdict("slow", done.output[-MOST_SAID:], done.seconds, done.cpu_seconds)
    outcome, said = reader(done, scratch)
    return Verdict(outcome, said[:MOST_SAID], done.seconds, done.cpu_seconds)


def pytest(done: Done, scratch: Path) -> tuple[Outcome, str]:
    """Exit 1: tests failed; anything else but 0: they could not be collected."""
    if done.status == 0:
        return "green", ""
    report = scratch / "junit.xml"
    if done.status != 1 or not report.is_file():
        return "broken", done.output
    # its own output, written a moment ago
    told = [
        f"{case.get('classname')}::{case.get('name')}\n{found.get('message')}\n{_errors(found.text)}"
        for case in ET.parse(report).getroot().iter("testcase")  # noqa: S314
        for found in (*case.findall("failure"), *case.findall("error"))
    ]
    sound = [text for text in told if not _UNLOADED.search(text)]
    return ("red", "\n\n".join(sound)) if sound else ("broken", "\n\n".join(told) or done.output)


def _errors(text: str | None) -> str:
    # not the lines of code around them, in which any word may stand
    return "\n".join(line for line in (text or "").splitlines() if line.startswith("E "))


def tsc(done: Done, _: Path) -> tuple[Outcome, str]:
    """TS1xxx is syntax, but for 1360, which is `satisfies`; TS2307 is a module that is not there."""
    return _lines(done, wrong=r": error TS|: .*TS\d", broken=r"error TS(1(?!360)\d{3}|2307)\b")


def biome(done: Done, _: Path) -> tuple[Outcome, str]:
    """A diagnostic of the category `parse` is syntax."""
    return _lines(done, wrong=r"^::(error|warning)", broken=r"title=parse|title=internalError")


def oxlint(done: Done, _: Path) -> tuple[Outcome, str]:
    """One line a finding; a finding without a rule is syntax."""
    return _lines(done, wrong=r":\d+:\d+: ", broken=r":\d+:\d+: .*\[Error\]$")


def wire_rules(done: Done, _: Path) -> tuple[Outcome, str]:
    """One line a finding."""
    return _lines(done, wrong=r"^frontend/\S+:\d+:\d+: ", broken=r"^\w*Error: ")


def ruff(done: Done, _: Path) -> tuple[Outcome, str]:
    """One line a finding, its code after the place."""
    return _lines(done, wrong=r":\d+:\d+: [A-Z]+\d+ ", broken=r"invalid-syntax")


def mypy(done: Done, _: Path) -> tuple[Outcome, str]:
    """One line a finding, its code in brackets."""
    return _lines(done, wrong=r": error: ", broken=r"\[(syntax|import-not-found)\]$")


def imports(done: Done, _: Path) -> tuple[Outcome, str]:
    """A contract of .importlinter is broken; without a summary, nothing was looked at."""
    if done.status == 0:
        return "green", ""
    looked = re.search(r"BROKEN|exhaustive|[Mm]issing layer|Contracts", done.output)
    return ("red" if looked else "broken"), done.output


def vitest(done: Done, scratch: Path) -> tuple[Outcome, str]:
    """A file without a single test could not be loaded."""
    if done.status == 0:
        return "green", ""
    report = scratch / "vitest.json"
    if not report.is_file():
        return "broken", done.output
    files = json.loads(report.read_text())["testResults"]
    failed = list(_failed(files))
    unloaded = [f"{file['name']}: {file['message']}" for file in files if _is_unloaded(file)]
    if failed:
        return "red", "\n\n".join(failed)
    return "broken", "\n\n".join(unloaded) or done.output


def _failed(files: Iterable[Any]) -> Iterable[str]:
    for file in files:
        for test in file["assertionResults"]:
            if test["status"] == "failed":
                yield f"{test['fullName']}\n" + "\n".join(test["failureMessages"])


def _is_unloaded(file: Any) -> bool:
    return file["status"] == "failed" and not file["assertionResults"]


def _lines(done: Done, *, wrong: str, broken: str) -> tuple[Outcome, str]:
    if done.status == 0:
        return "green", ""
    if re.search(broken, done.output, re.MULTILINE) or not re.search(
        wrong, done.output, re.MULTILINE
    ):
        return "broken", done.output
    return "red", done.output
