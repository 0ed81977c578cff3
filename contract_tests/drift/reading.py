"""Reads the output of a tool: it passed, it found something, or it could not read the tree.

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
from contract_tests.imports import broken_contracts
from contract_tests.types.page import diagnostics
from wirelaw.finding import TEST_FAILED, Finding, load

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
#: reads the output of a program that failed, and its scratch folder
Reader = Callable[[Done, Path], Reading]

#: a module that cannot be loaded; what else the test reports follows from that
_NOT_LOADED = re.compile(
    r"^(E\s+)?(SyntaxError|IndentationError|ImportError|ModuleNotFoundError|NameError)\b",
    re.MULTILINE,
)
_ERROR_CLASS = re.compile(r"(?:failed on \w+ with \")?(?:\w+\.)*(?P<name>[A-Z]\w+)(?::|$)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def verdict(reader: Reader, done: Done, scratch: Path) -> Verdict:
    """Read the output of a gate's program."""
    if done.status == 0 and not done.is_slow:
        return Verdict("green", seconds=done.seconds, cpu_seconds=done.cpu_seconds)
    outcome, findings = ("slow", []) if done.is_slow else reader(done, scratch)
    output = done.output[-MAX_OUTPUT:]
    return Verdict(outcome, tuple(findings), output, done.seconds, done.cpu_seconds)


def pytest(done: Done, scratch: Path) -> Reading:
    """Exit 1: tests failed; any other: they could not be collected."""
    report = scratch / "junit.xml"
    if done.status != 1 or not report.is_file():
        return "broken", []
    # the lab's own file, written a moment ago
    cases = [*ET.parse(report).getroot().iter("testcase")]  # noqa: S314
    failures = [
        (case, one) for case in cases for one in (*case.iter("failure"), *case.iter("error"))
    ]
    loaded = [pair for pair in failures if _is_loaded(*pair)]
    findings = [finding for pair in loaded or failures for finding in _of_test(*pair)]
    return ("red" if loaded else "broken"), findings


def _is_loaded(case: ET.Element, failure: ET.Element) -> bool:
    if any(finding.code != TEST_FAILED for finding in _reported(case)):
        return True
    return _NOT_LOADED.search(f"{failure.get('message')}\n{_error_lines(failure)}") is None


def _reported(case: ET.Element) -> list[Finding]:
    """Return the findings that a test reported, those of its set-up and its end too."""
    properties = [one for one in case.iter("property") if one.get("name") == "findings"]
    return [finding for one in properties for finding in load(one.get("value", "[]"))]


def _of_test(case: ET.Element, failure: ET.Element) -> list[Finding]:
    reported = _reported(case)
    if reported and all(finding.code != TEST_FAILED for finding in reported):
        return reported
    file = case.get("file") or f"{(case.get('classname') or '').replace('.', '/')}.py"
    message = failure.get("message") or ""
    lines = _error_lines(failure).splitlines() or message.splitlines()
    found = "\n".join(lines[:MAX_LINES])
    plain = Finding("pytest", f"{file}::{case.get('name')}", error_code(message), "", found, "")
    return [plain, *reported]


def _error_lines(failure: ET.Element) -> str:
    # without the lines of code around them, which contain any word
    lines = (line for line in (failure.text or "").splitlines() if line.startswith("E "))
    return "\n".join(line.removeprefix("E").strip() for line in lines)


def error_code(message: str) -> str:
    """Return the class of an exception in kebab case; a plain `assert` has none in its message."""
    match = _ERROR_CLASS.match(message.partition("\n")[0])
    name = match["name"] if match else "AssertionError"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _lines(find: Callable[[str], list[Finding]], broken: str = "(?!)") -> Reader:
    """Return the reader of a tool that prints one line a finding; a line like `broken` is no finding."""

    def read(done: Done, _: Path) -> Reading:
        findings = find(done.output)
        is_broken = not findings or re.search(broken, done.output, re.MULTILINE)
        return ("broken" if is_broken else "red"), findings

    return read


def _page(output: str) -> list[Finding]:
    # biome prints absolute paths
    return diagnostics(re.sub(r"/[^\s=,]*/frontend/(?=src/|tests/)", "", output))


def _python(part: str, pattern: str) -> Callable[[str], list[Finding]]:
    place = re.compile(r"^(?P<pointer>[\w./-]+\.py:\d+)(?::\d+)?: " + pattern, re.MULTILINE)
    return lambda output: [
        Finding(part, match["pointer"], match["code"] or "error", "", match["found"], "")
        for match in place.finditer(output)
    ]


#: TS1xxx is syntax, but for 1360, which is `satisfies`; TS2307 is a module that does not exist
tsc = _lines(_page, r"error TS(1(?!360)\d{3}|2307)\b")
#: a diagnostic of the category `parse` is syntax
biome = _lines(_page, r"title=parse|title=internalError")
#: a diagnostic without a rule is syntax
oxlint = _lines(_page, r":\d+:\d+: .*\[Error\]$")
wire_rules = _lines(_page, r"^\w*Error: ")
ruff = _lines(_python("ruff", r"(?P<code>[A-Z]+\d+) (?P<found>.*)$"), "invalid-syntax")
mypy = _lines(
    _python("mypy", r"error: (?P<found>.*?)(?:\s+\[(?P<code>[\w-]+)\])?$"),
    r"\[(syntax|import-not-found)\]$",
)
imports = _lines(broken_contracts)


def vitest(_: Done, scratch: Path) -> Reading:
    """A file without a single test could not be loaded."""
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
