"""Tests that the lab has every check of the product: what no gate names, no row proves and `nox -s check` never chooses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from contract_tests.drift import reading
from contract_tests.drift.gate import STALE_CHECKS
from contract_tests.drift.gates import GATES
from contract_tests.repository import ROOT

#: what is in the name of a test that plants its own fault
_PLANTS = re.compile(
    r"planted|_(is|are)_(found|named|reported|refused)(_|$)|_fails?$|_finds_a_fault_"
)
#: tests of the gate, of its kit and of the recorded answers
OF_THE_GATE = (
    *("check/", "drift/", "clients/test_planted.py", "engine/test_planted.py", "traces/", "types/"),
    *("fuzz/test_command.py", "fuzz/test_planted.py", "liveness/test_pairs.py"),
    *("streams/test_laws.py", "streams/test_scenario.py"),
    *("test_exceptions.py", "test_exchanges.py", "test_failures.py"),
    *("test_hang.py", "test_rename.py", "test_tools.py", "wirelaw/"),
)
#: likewise, by file
OTHERS = {
    "edges/test_access.py": ["test_there_is_much_to_try"],
    "liveness/test_answers.py": [
        "test_each_way_to_read_counts",
        "test_a_call_has_the_method_of_the_called_function",
        "test_a_copy_and_a_string_do_not_count",
    ],
    "observed/test_observed.py": [
        "test_each_rare_point_is_made_up_and_has_a_test",
        "test_the_data_mode_of_an_answer_is_always_known",
        "test_the_recorder_records_clients_of_every_kind",
        "test_an_error_of_no_operation_must_be_an_envelope",
    ],
    "test_closure.py": ["test_what_is_shipped_is_no_finding"],
    "test_coercion.py": [
        "test_an_unchanged_value_is_no_finding",
        "test_the_key_of_a_dict_is_text",
    ],
    "test_record.py": [
        "test_values_that_could_stand_for_each_other_differ",
        "test_the_recordings_are_normalised",
    ],
    "test_relations.py": [
        "test_values_that_keep_the_rules_have_no_finding",
        "test_each_rule_between_two_values_finds_the_other_by_one_key",
    ],
    "test_zones.py": ["test_tests_and_the_processes_that_they_start_are_not_in_utc"],
}
#: a page for users, as a test names its file
_DOCUMENT = re.compile(r'ROOT / "docs" / "(\w+\.\w+)"')
#: a message names it, and a test looks whether it is there; the lab reads its own scores
NOT_COMPARED = {"docs/proxy.md", "docs/gate.md"}


def _tests(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            yield node.name


def _named() -> tuple[str, ...]:
    """Return the tests and the files that gates name."""
    gates = (gate for gate in GATES.values() if gate.reader is reading.pytest)
    return (*(target for gate in gates for target in gate.targets), *STALE_CHECKS)


def test_each_check_of_the_product_is_in_a_gate() -> None:
    named = _named()
    root = ROOT / "contract_tests"
    missing: dict[str, list[str]] = {}
    for file in sorted(root.rglob("test_*.py")):
        name = str(file.relative_to(root))
        path = f"contract_tests/{name}"
        if name.startswith(OF_THE_GATE) or path in named:
            continue
        missing[name] = [
            test
            for test in _tests(file)
            if f"{path}::{test}" not in named and not _PLANTS.search(test)
        ]
    assert {name: tests for name, tests in missing.items() if tests} == OTHERS


def test_each_page_that_a_test_reads_is_read_by_a_gate() -> None:
    files = [file for root in ("tests", "contract_tests") for file in (ROOT / root).rglob("*.py")]
    read = {
        f"docs/{name}"
        for file in files
        for name in _DOCUMENT.findall(file.read_text(encoding="utf-8"))
    }
    reads = {name for gate in GATES.values() for name in gate.reads if name}
    assert len(read) > 3
    assert {name for name in read if not name.startswith(tuple(reads))} == NOT_COMPARED
