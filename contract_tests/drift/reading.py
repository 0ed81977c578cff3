"""Reads what a tool left: it passed, it found something, or it could not read what it was given.

Every reader returns findings. A tree that does not parse or import is no kill: the drift is broken, not caught.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from contract_tests.drift.programs import Done
from contract_tests.finding import Finding, load
from contract_tests.imports import broken_contracts
from contract_tests.types.page import diagnostics

Outcome = Literal["green", "red", "broken", "slow"]
MAX_OUTPUT = 20_000  #: characters
MAX_LINES = 30  #: of the message of a failed test


@dataclass(frozen=True)
class Verdict:
    """What a gate found in a tree."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    output: str = ""  #: of the program, for people; nothing matches it
    seconds: float = 0.0
    cpu_seconds: float = 0.0


Reading = tuple[Outcome, list[Finding]]
Reader = Callable[[Done, Path], Reading]  #: reads a program's end, and its scratch folder

#: a module that cannot be loaded; what else the test reports follows from that
_NOT_LOADED = re.compile(
    r"^(E\s+)?(SyntaxError|IndentationError|ImportError|ModuleNotFoundError|NameError)\b",
    re.MULTILINE,
)
_ERROR_CLASS = re.compile(r"(?:failed on \w+ with \")?(?:\w+\.)*(?P<name>[A-Z]\w+)(?::|$)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_PYTHON = r"^(?P<pointer>[\w./-]+\.py:\d+)(?::\d+)?: "
_RUFF = re.compile(_PYTHON + r"(?P<code>[A-Z]+\d+) (?P<found>.*)$", re.MULTILINE)
_MYPY = re.compile(
    _PYTHON + r"error: (?P<found>.*?)(?:\s+\[(?P<code>[\w-]+)\])?$",
    re.MULTILINE,
)


def verdict(reader: Reader, done: Done, scratch: Path) -> Verdict:
    """Read what a gate's program left."""
    outcome, findings = ("slow", []) if done.is_slow else reader(done, scratch)
    output = "" if outcome == "green" else done.output[-MAX_OUTPUT:]
    return Verdict(outcome, tuple(findings), output, done.seconds, done.cpu_seconds)


def pytest(done: Done, scratch: Path) -> Reading:
    """Exit 1: tests failed; any other but 0: they could not be collected."""
    if done.status == 0:
        return "green", []
    report = scratch / "junit.xml"
    if done.status != 1 or not report.is_file():
        return "broken", []
    # the lab's own file, written a moment ago
    cases = [*ET.parse(report).getroot().iter("testcase")]  # noqa: S314
    failures = [
        (case, one) for case in cases for one in (*case.iter("failure"), *case.iter("error"))
    ]
    sound = [pair for pair in failures if _is_loaded(*pair)]
    findings = [finding for pair in sound or failures for finding in _of_test(*pair)]
    return ("red" if sound else "broken"), findings


def _is_loaded(case: ET.Element, failure: ET.Element) -> bool:
    if _reported(case) is not None:
        return True
    return _NOT_LOADED.search(f"{failure.get('message')}\n{_error_lines(failure)}") is None


def _reported(case: ET.Element) -> str | None:
    """Return the findings that a test reported, as JSON."""
    properties = case.iter("property")
    return next((one.get("value") for one in properties if one.get("name") == "findings"), None)


def _of_test(case: ET.Element, failure: ET.Element) -> list[Finding]:
    reported = _reported(case)
    if reported is not None:
        return load(reported)
    file = case.get("file") or f"{(case.get('classname') or '').replace('.', '/')}.py"
    message = failure.get("message") or ""
    lines = _error_lines(failure).splitlines() or message.splitlines()
    found = "\n".join(lines[:MAX_LINES])
    return [Finding("pytest", f"{file}::{case.get('name')}", error_code(message), "", found, "")]


def _error_lines(failure: ET.Element) -> str:
    # without the lines of code around them, which contain any word
    lines = (line for line in (failure.text or "").splitlines() if line.startswith("E "))
    return "\n".join(line.removeprefix("E").strip() for line in lines)


def error_code(message: str) -> str:
    """Return the class of an exception in kebab case; a plain `assert` has none in its message."""
    match = _ERROR_CLASS.match(message.partition("\n")[0])
    name = match["name"] if match else "AssertionError"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def tsc(done: Done, _: Path) -> Reading:
    """TS1xxx is syntax, but for 1360, which is `satisfies`; TS2307 is a module that does not exist."""
    return _diagnostics(done, _page(done), r"error TS(1(?!360)\d{3}|2307)\b")


def biome(done: Done, _: Path) -> Reading:
    """A diagnostic of the category `parse` is syntax."""
    return _diagnostics(done, _page(done), r"title=parse|title=internalError")


def oxlint(done: Done, _: Path) -> Reading:
    """A diagnostic without a rule is syntax."""
    return _diagnostics(done, _page(done), r":\d+:\d+: .*\[Error\]$")


def wire_rules(done: Done, _: Path) -> Reading:
    """One line a diagnostic."""
    return _diagnostics(done, _page(done), r"^\w*Error: ")


def _page(done: Done) -> list[Finding]:
    # biome prints absolute paths
    return diagnostics(re.sub(r"/[^\s=,]*/frontend/(?=src/|tests/)", "", done.output))


def ruff(done: Done, _: Path) -> Reading:
    """One line a diagnostic, its code after the place."""
    return _diagnostics(done, _python("ruff", _RUFF, done.output), "invalid-syntax")


def mypy(done: Done, _: Path) -> Reading:
    """One line a diagnostic, its code in brackets."""
    findings = _python("mypy", _MYPY, done.output)
    return _diagnostics(done, findings, r"\[(syntax|import-not-found)\]$")


def _python(part: str, pattern: re.Pattern[str], output: str) -> list[Finding]:
    return [
        Finding(part, match["pointer"], match["code"] or "error", "", match["found"], "")
        for match in pattern.finditer(output)
    ]


def _diagnostics(done: Done, findings: list[Finding], broken: str) -> Reading:
    if done.status == 0:
        return "green", []
    is_broken = not findings or re.search(broken, done.output, re.MULTILINE)
    return ("broken" if is_broken else "red"), findings


def imports(done: Done, _: Path) -> Reading:
    """A contract of .importlinter is broken; without one, import-linter could not look."""
    if done.status == 0:
        return "green", []
    findings = broken_contracts(done.output)
    return ("red" if findings else "broken"), findings


def vitest(done: Done, scratch: Path) -> Reading:
    """A file without a single test could not be loaded."""
    if done.status == 0:
        return "green", []
    report = scratch / "vitest.json"
    if not report.is_file():
        return "broken", []
    files = json.loads(report.read_text(encoding="utf-8"))["testResults"]
    failed = [*_failed_tests(files)]
    return ("red", failed) if failed else ("broken", [*_not_loaded(files)])


def _failed_tests(files: Iterable[Any]) -> Iterator[Finding]:
    for file in files:
        for test in file["assertionResults"]:
            if test["status"] == "failed":
                titles = (_test_file(file), *test["ancestorTitles"], test["title"])
                # a stack trace contains paths and names of anything
                lines = _COLOUR.sub("", "\n".join(test["failureMessages"])).splitlines()
                found = [line for line in lines if not line.startswith("    at ")]
                message = "\n".join(found[:MAX_LINES])
                yield Finding("vitest", " > ".join(titles), error_code(message), "", message, "")


def _not_loaded(files: Iterable[Any]) -> Iterator[Finding]:
    for file in files:
        if file["status"] == "failed" and not file["assertionResults"]:
            yield Finding("vitest", _test_file(file), "not-loaded", "", file["message"], "")


def _test_file(file: Any) -> str:
    return str(file["name"].rpartition("/frontend/")[2])


def failed_step(step: str, done: Done) -> tuple[Finding, ...]:
    """Return what a step of generation that failed reported: its last line names the error."""
    lines = done.output.strip().splitlines() or [""]
    return (Finding(step, step, error_code(lines[-1]), "", "\n".join(lines[-MAX_LINES:]), ""),)
