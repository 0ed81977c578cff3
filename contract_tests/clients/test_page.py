"""`docs/clients.md` and the list of generators belong together, and the session compares what it finds with the page."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.clients import live
from contract_tests.clients.__main__ import WORKS, Outcome, try_generator
from contract_tests.clients.generators import GENERATORS, READING, recorded
from contract_tests.clients.lab import PACKAGES, REQUIREMENTS, Failed, Lab, versions
from contract_tests.clients.page import DEFAULT_URL, ClientsPage
from contract_tests.repository import CLIENTS_FILE, FILE

BROKEN = "import sys; print('no such schema'); sys.exit(1)"


@pytest.fixture(scope="module")
def page() -> ClientsPage:
    return ClientsPage.read()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with the programs of this environment."""
    return Lab(tmp_path)


def test_each_generator_has_a_command_and_a_row(page: ClientsPage) -> None:
    assert len(page.commands) == len(page.rows) == len(GENERATORS)
    for generator, command, row in zip(GENERATORS, page.commands, page.rows, strict=True):
        assert f"clients/{generator.output}" in command
        assert CLIENTS_FILE.name in command
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[0] == generator.name
        assert cells[1] == versions()[generator.package]
        assert cells[3] == WORKS
        assert cells[4] == generator.words


def test_each_example_of_the_page_is_run(page: ClientsPage) -> None:
    used = {generator.name for generator in GENERATORS if "used on a service" in generator.words}
    assert set(live.EXAMPLES) == used
    for language, _ in live.EXAMPLES.values():
        example = page.example(language)
        assert DEFAULT_URL in example
        names = page.printed_by(language)
        assert {"job", "report", "refused", "events"} <= names
        assert names & {"jobs", "count"}
        assert "followed" in names or language in {"go", "java"}


def test_every_version_is_pinned() -> None:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    lock = PACKAGES[1].read_text(encoding="utf-8")
    for package, version in versions().items():
        assert (
            pins.get(package) == version
            or f'"node_modules/{package}": {{\n      "version": "{version}"' in lock
        )


def test_each_recorded_answer_has_a_class() -> None:
    names = {name for name, _ in recorded(CLIENTS_FILE)}
    assert {"ApiFailure", "ApiSuccessJobPage", "ApiSuccessOptionalSignalsReport"} <= names


def test_a_generator_that_fails_is_reported(lab: Lab, tmp_path: Path) -> None:
    command = (sys.executable, "-c", BROKEN)
    outcome = try_generator(lab, tmp_path / "after", GENERATORS[0], command, CLIENTS_FILE)
    assert outcome == Outcome("refused", "no such schema")


def test_a_client_that_does_not_compile_is_reported(lab: Lab, tmp_path: Path) -> None:
    def refuse(_lab: Lab, _client: Path) -> None:
        raise Failed("models.ts:1: error")

    generator, command = replace(GENERATORS[0], checks=(refuse,)), (sys.executable, "-c", "pass")
    outcome = try_generator(lab, tmp_path / "after", generator, command, CLIENTS_FILE)
    assert outcome == Outcome("does not work", "models.ts:1: error")


def test_operations_that_are_left_out_are_reported(lab: Lab, tmp_path: Path) -> None:
    command = (sys.executable, "-c", "print('Endpoint will not be generated.')")
    outcome = try_generator(lab, tmp_path / "before", GENERATORS[4], command, FILE)
    assert outcome.words == "does not work"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"ok": True, "error": None}, None),
        ({"ok": False, "error": None}, "One reads"),
        ({"ok": True, "error": "x"}, "One reads"),
        ({}, "KeyError"),
    ],
)
def test_a_client_that_reads_an_answer_wrongly_is_reported(
    tmp_path: Path, answer: dict[str, Any], error: str | None
) -> None:
    (tmp_path / "models.py").write_text(
        "class One:\n"
        "    def __init__(self, body):\n"
        "        self.ok, self.error = True, None\n"
        "    from_dict = classmethod(lambda kind, body: kind(body))\n"
    )
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([["One", answer]]))
    done = subprocess.run(
        [sys.executable, READING, "models", "from_dict", cases],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is (error is None)
    assert error is None or error in done.stderr
