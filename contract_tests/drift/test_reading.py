"""What a tool says is told apart: it found something, or it could not even read what it was given."""

import json
from pathlib import Path

import pytest

from contract_tests.drift import reading
from contract_tests.drift.gates import GATES, STALE_CHECKS
from contract_tests.drift.programs import Done
from contract_tests.drift.reading import Reader, verdict
from contract_tests.repository import ROOT

JUNIT = """<testsuites><testsuite><testcase classname="c" name="{name}">{inner}</testcase>
</testsuite></testsuites>"""


def done(output: str = "", status: int = 1, *, is_slow: bool = False) -> Done:
    return Done(status, output, 1.0, 0.5, is_slow)


LINES: list[tuple[Reader, str, str]] = [
    (reading.tsc, "frontend/src/a.ts:1:2: error TS2339: Property 'x' does not exist", "red"),
    (reading.tsc, "frontend/src/a.ts:1:2: error TS1005: ';' expected.", "broken"),
    (reading.tsc, "frontend/src/a.ts:1:2: error TS2307: Cannot find module", "broken"),
    (reading.tsc, "a.ts:1:2: error TS1360: Type 'x' does not satisfy the expected type", "red"),
    (reading.tsc, "node: not found", "broken"),
    (reading.biome, "::error title=lint/style/useImportType,file=src/a.ts,line=1::x", "red"),
    (reading.biome, "::error title=parse,file=src/a.ts,line=1::Expected", "broken"),
    (reading.oxlint, "src/a.ts:1:2: Unexpected any [Error/typescript(no-explicit-any)]", "red"),
    (reading.oxlint, "src/a.ts:1:2: Expected `;` [Error]", "broken"),
    (reading.wire_rules, "frontend/src/a.ts:1:2: a default of years is typed", "red"),
    (reading.wire_rules, "TypeError: x is undefined\n    at y", "broken"),
    (reading.ruff, "quant_engine/a.py:1:1: F401 [*] `os` imported but unused", "red"),
    (reading.ruff, "quant_engine/a.py:1:1: invalid-syntax: Expected an expression", "broken"),
    (reading.mypy, "quant_engine/a.py:1: error: No [attr-defined]", "red"),
    (reading.mypy, "quant_engine/a.py:1: error: Invalid [syntax]", "broken"),
    (reading.imports, "Imports go downward only BROKEN", "red"),
    (reading.imports, "Could not find package", "broken"),
]


@pytest.mark.parametrize(("reader", "output", "outcome"), LINES, ids=[line[1] for line in LINES])
def test_a_line_is_a_finding_or_a_parse_error(
    reader: Reader, output: str, outcome: str, tmp_path: Path
) -> None:
    assert verdict(reader, done(output), tmp_path).outcome == outcome
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
    (tmp_path / "junit.xml").write_text(JUNIT.format(name="test_x", inner=inner))
    found = verdict(reading.pytest, done("1 failed"), tmp_path)
    assert found.outcome == outcome
    assert "c::test_x" in found.said


@pytest.mark.parametrize("status", [2, 3, 4, 5])
def test_tests_that_are_not_even_collected_are_no_kill(status: int, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT.format(name="", inner='<error message="x"/>'))
    assert verdict(reading.pytest, done("1 error", status), tmp_path).outcome == "broken"


def test_a_test_of_the_page_that_cannot_be_loaded_is_no_kill(tmp_path: Path) -> None:
    unloaded = {
        "name": "a.test.ts",
        "status": "failed",
        "message": "SyntaxError",
        "assertionResults": [],
    }
    failed = {"status": "failed", "fullName": "keeps ids", "failureMessages": ["Error: no"]}
    sound = {"name": "b.test.ts", "status": "failed", "message": "", "assertionResults": [failed]}
    report = tmp_path / "vitest.json"
    report.write_text(json.dumps({"testResults": [unloaded]}))
    assert verdict(reading.vitest, done(), tmp_path).outcome == "broken"
    report.write_text(json.dumps({"testResults": [unloaded, sound]}))
    found = verdict(reading.vitest, done(), tmp_path)
    assert (found.outcome, found.said) == ("red", "keeps ids\nError: no")


def test_each_gate_says_what_it_is_and_what_it_reads() -> None:
    for name, gate in GATES.items():
        assert name == gate.name
        assert gate.what
        assert gate.reads
        assert gate.command()[-1:] != ("",)


def test_what_gates_run_is_there() -> None:
    tests = [
        test for gate in GATES.values() if gate.reader is reading.pytest for test in gate.targets
    ]
    for test in (*tests, *STALE_CHECKS):
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), test
    for test in GATES["tests-page"].targets:
        assert [*(ROOT / "frontend").glob(f"{test}.ts*")], test
