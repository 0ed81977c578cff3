"""Tests that readers distinguish a finding from a tree that the tool could not read, and fill every field."""

import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from contract_tests.drift import reading
from contract_tests.drift.catalogue import HAND
from contract_tests.drift.gate import STALE_CHECKS
from contract_tests.drift.gates import GATES
from contract_tests.drift.programs import Done
from contract_tests.drift.reading import Reader, verdict
from contract_tests.exceptions import is_test
from contract_tests.repository import ROOT
from wirelaw.finding import TEST_FAILED, Finding, dump

JUNIT = """<testsuites><testsuite><testcase classname="c" file="tests/c.py" name="test_x">{inner}</testcase>
</testsuite></testsuites>"""


def done(output: str = "", status: int = 1, *, is_slow: bool = False) -> Done:
    return Done(status, output, 1.0, 0.5, is_slow)


LINT_IMPORTS = """
Imports go downward only
------------------------

quant_engine.tracking is not allowed to import quant_engine.api:

-   quant_engine.tracking.history -> quant_engine.api.errors (l.17)
"""
#: and its finding; no finding where the tool could not read the tree
LINES: list[tuple[Reader, str, str]] = [
    (
        reading.tsc,
        "frontend/src/a.ts:1:2: error TS2339: Property 'x' does not exist. Fix it, then run: npm",
        "frontend/src/a.ts:1 TS2339 Property 'x' does not exist.",
    ),
    (reading.tsc, "frontend/src/a.ts:1:2: error TS1005: ';' expected.", ""),
    (reading.tsc, "frontend/src/a.ts:1:2: error TS2307: Cannot find module", ""),
    (
        reading.tsc,
        "src/a.ts:1:2: error TS1360: Type 'x' does not satisfy the expected type",
        "frontend/src/a.ts:1 TS1360 Type 'x' does not satisfy the expected type",
    ),
    (reading.tsc, "node: not found", ""),
    (
        reading.biome,
        "::error title=lint/style/useImportType,file=src/a.ts,line=1,col=2::Use a type",
        "frontend/src/a.ts:1 lint/style/useImportType Use a type",
    ),
    (reading.biome, "::error title=parse,file=src/a.ts,line=1::Expected", ""),
    (
        reading.oxlint,
        "src/a.ts:1:2: Unexpected any [Error/typescript(no-explicit-any)]",
        "frontend/src/a.ts:1 typescript(no-explicit-any) Unexpected any",
    ),
    (reading.oxlint, "src/a.ts:1:2: Expected `;` [Error]", ""),
    (
        reading.wire_rules,
        "frontend/src/a.ts:1:2: a default of years is typed [wire/default]",
        "frontend/src/a.ts:1 default a default of years is typed",
    ),
    (reading.wire_rules, "TypeError: x is undefined\n    at y", ""),
    (
        reading.ruff,
        "quant_engine/a.py:1:1: F401 [*] `os` imported but unused",
        "quant_engine/a.py:1 F401 [*] `os` imported but unused",
    ),
    (reading.ruff, "quant_engine/a.py:1:1: invalid-syntax: Expected an expression", ""),
    (
        reading.mypy,
        "quant_engine/a.py:1: error: No attribute [attr-defined]",
        "quant_engine/a.py:1 attr-defined No attribute",
    ),
    (reading.mypy, "quant_engine/a.py:1: error: Invalid [syntax]", ""),
    (
        reading.imports,
        LINT_IMPORTS,
        (
            "Imports go downward only contract-broken "
            "quant_engine.tracking.history -> quant_engine.api.errors (l.17)"
        ),
    ),
    (reading.imports, "Could not find package", ""),
]


@pytest.mark.parametrize(("reader", "output", "expected"), LINES, ids=[line[1] for line in LINES])
def test_a_line_is_a_finding_or_a_parse_error(
    reader: Reader, output: str, expected: str, tmp_path: Path
) -> None:
    found = verdict(reader, done(output), tmp_path)
    assert (found.outcome, found.output) == ("red" if expected else "broken", output)
    if expected:
        (finding,) = found.findings
        assert f"{finding.pointer} {finding.code} {finding.found}" == expected
    assert verdict(reader, done(output, 0), tmp_path).outcome == "green"
    assert verdict(reader, done(output, is_slow=True), tmp_path).outcome == "slow"


@pytest.mark.parametrize(
    ("inner", "outcome"),
    [
        ('<failure message="AssertionError: a field">E   AssertionError</failure>', "red"),
        ('<error message="failed on setup">E   AssertionError: no</error>', "red"),
        ('<error message="failed on setup">E   ImportError: cannot import x</error>', "broken"),
        ('<failure message="SyntaxError: invalid syntax">E</failure>', "broken"),
        ('<failure message="NameError: name x">E   NameError: x</failure>', "broken"),
    ],
)
def test_a_test_that_cannot_load_its_module_is_no_kill(
    inner: str, outcome: str, tmp_path: Path
) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT.format(inner=inner))
    found = verdict(reading.pytest, done("1 failed"), tmp_path)
    assert found.outcome == outcome
    assert found.findings[0].pointer == "tests/c.py::test_x"


def test_a_test_reports_its_findings(tmp_path: Path) -> None:
    finding = Finding("wire", "/paths/~1api~1jobs", "gone", "jobs", "ImportError: none")
    inner = (
        f"<properties><property name='findings' value={quoteattr(dump([finding]))}/></properties>"
        '<failure message="a report">/paths/~1api~1jobs</failure>'
    )
    (tmp_path / "junit.xml").write_text(JUNIT.format(inner=inner))
    found = verdict(reading.pytest, done("1 failed"), tmp_path)
    assert (found.outcome, found.findings) == ("red", (finding,))


@pytest.mark.parametrize(
    ("message", "outcome"), [("assert 1 == 2", "red"), ("NameError: name x", "broken")]
)
def test_an_ordinary_test_is_a_finding_of_its_own_too(
    message: str, outcome: str, tmp_path: Path
) -> None:
    finding = Finding("test", "GET /api/jobs 200", TEST_FAILED, "2", "1")
    inner = (
        f"<properties><property name='findings' value={quoteattr(dump([finding]))}/></properties>"
        f'<failure message="{message}">E   {message}</failure>'
    )
    (tmp_path / "junit.xml").write_text(JUNIT.format(inner=inner))
    found = verdict(reading.pytest, done("1 failed"), tmp_path)
    plain, located = found.findings
    assert (found.outcome, located) == (outcome, finding)
    assert plain.pointer == "tests/c.py::test_x"


def test_a_test_without_findings_is_one(tmp_path: Path) -> None:
    text = "&gt;   assert read() == 2\nE   AssertionError: of a page\nE   assert 1 == 2"
    inner = f'<failure message="AssertionError: of a page&#10;assert 1 == 2">{text}</failure>'
    (tmp_path / "junit.xml").write_text(JUNIT.format(inner=inner))
    (finding,) = verdict(reading.pytest, done("1 failed"), tmp_path).findings
    assert finding.code == "assertion-error"
    assert finding.found == "AssertionError: of a page\nassert 1 == 2"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("assert 1 == 2", "assertion-error"),
        ("AssertionError: a field", "assertion-error"),
        ("sqlalchemy.exc.OperationalError: locked", "operational-error"),
        ('failed on setup with "ValueError: no"', "value-error"),
        ("StopIteration", "stop-iteration"),
    ],
)
def test_the_code_of_an_exception_is_its_class(message: str, code: str) -> None:
    assert reading.error_code(message) == code


@pytest.mark.parametrize("status", [2, 3, 4, 5])
def test_tests_that_are_not_even_collected_are_no_kill(status: int, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT.format(inner='<error message="x"/>'))
    assert verdict(reading.pytest, done("1 error", status), tmp_path).outcome == "broken"


def test_a_page_test_that_cannot_be_loaded_is_no_kill(tmp_path: Path) -> None:
    not_loaded = {
        "name": "/tree/frontend/tests/a.test.ts",
        "status": "failed",
        "message": "SyntaxError",
        "assertionResults": [],
    }
    failed = {
        "status": "failed",
        "ancestorTitles": ["jobs"],
        "title": "keep ids",
        "failureMessages": ["TypeError: no id\n    at /tree/frontend/src/a.ts:1:2"],
    }
    failing = not_loaded | {"name": "/tree/frontend/tests/b.test.ts", "assertionResults": [failed]}
    report = tmp_path / "vitest.json"
    report.write_text(json.dumps({"testResults": [not_loaded]}))
    found = verdict(reading.vitest, done(), tmp_path)
    assert (found.outcome, found.findings[0].pointer) == ("broken", "tests/a.test.ts")
    report.write_text(json.dumps({"testResults": [not_loaded, failing]}))
    found = verdict(reading.vitest, done(), tmp_path)
    failure = Finding(
        "vitest", "tests/b.test.ts > jobs > keep ids", "type-error", "", "TypeError: no id", ""
    )
    assert (found.outcome, found.findings) == ("red", (failure,))


def test_a_failed_step_of_generation_is_a_finding() -> None:
    (finding,) = reading.failed_step("export", done("Traceback\npkg.SchemaError: two names"))
    assert (finding.pointer, finding.code) == ("export", "schema-error")
    assert finding.found.endswith("two names")


def test_each_gate_has_the_files_that_it_reads() -> None:
    for name, gate in GATES.items():
        assert name == gate.name
        assert gate.reads
        assert gate.command()[-1:] != ("",)


def test_the_tests_that_gates_and_rows_name_exist() -> None:
    named = [
        (gate, test)
        for gate in GATES.values()
        for test in (
            *gate.targets,
            *(one for row in HAND if row.gate == gate.name for one in row.where),
        )
    ]
    tests = [test for gate, test in named if gate.reader is reading.pytest]
    for test in (*tests, *STALE_CHECKS):
        assert is_test(test) if "::" in test else (ROOT / test).exists(), test
    for test in [test for gate, test in named if gate.reader is reading.vitest]:
        assert [*(ROOT / "frontend").glob(f"{test}*")], test
