"""Tests what counts for a peer: any finding, on a drift of a file that it reads, with a green baseline."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.drift.drifts import Drift, Edit, Reason
from contract_tests.drift.gate import Gate
from contract_tests.drift.laboratory import Laboratory, laboratory
from contract_tests.drift.peers import __main__ as command
from contract_tests.drift.peers import seam, tools
from contract_tests.drift.peers.comparison import Row, compare, task_of
from contract_tests.drift.peers.hey_api import exchanged
from contract_tests.drift.peers.table import content, markdown, write
from contract_tests.drift.peers.tools import (
    HERE,
    NO_SERVICE,
    PEERS,
    Peer,
    first_status,
    redocly,
    schemathesis,
)
from contract_tests.drift.programs import Done
from contract_tests.drift.reading import Reader, ruff, verdict
from contract_tests.drift.results import Results
from contract_tests.drift.trials import BASELINE, Trial
from contract_tests.repository import ROOT

FILES = {"src/a.txt": b"years = 15\n", "frontend/b.txt": b"b\n", "src/c.txt": b"c\n"}
SCRIPT = (
    "import pathlib, sys\n"
    "text = pathlib.Path('src/a.txt').read_text()\n"
    "sys.exit(0 if 'years = 15' in text else 'quant_engine/a.py:1:1: E1 years')\n"
)
GATE = Gate("fifteen", (sys.executable, "-c", SCRIPT), ruff, ("src/a",))
PEER = Peer("fifteen", "`a script`", (GATE,), lambda: "script 1.0", needs="a script")
STALE = Peer("committed", "`a check`", (), lambda: "", counts_stale=True)
NEVER = Reason("never-reported")
READ = Drift("years", "A figure.", (Edit("src/a.txt", "15", "16"),), "wire", NEVER)
UNREAD = Drift("word", "A word.", (Edit("frontend/b.txt", "b", "d"),), "wire", NEVER)
HARMLESS = Drift("comment", "Another.", (Edit("src/c.txt", "c", "e"),))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    with laboratory(FILES, Results(tmp_path / "reports", FILES), jobs=1) as created:
        yield created


@pytest.fixture
def row(lab: Laboratory) -> Row:
    (result,) = compare(lab, [PEER], [READ, UNREAD], [HARMLESS])
    return result


def test_any_finding_counts_whatever_the_reason_of_the_drift(row: Row) -> None:
    assert row.found == [READ]
    assert row.alarms == []
    assert (row.of("service"), row.of("page"), row.of("both")) == ((1, 1), (0, 1), (0, 0))


def test_a_drift_of_a_file_that_it_does_not_read_is_not_found_and_takes_no_time(row: Row) -> None:
    assert row.n_run == 1
    assert row.drifts[1].verdicts == {}
    assert row.seconds == row.drifts[0].verdicts["fifteen"].seconds


def test_a_harmless_change_that_it_finds_is_a_false_alarm(lab: Laboratory) -> None:
    (row,) = compare(lab, [PEER], [], [READ])
    assert row.alarms == [READ]


def test_a_peer_that_is_red_already_is_shown_and_not_counted(tmp_path: Path) -> None:
    files = {**FILES, "src/a.txt": b"years = 14\n"}
    drift = replace(READ, edits=(Edit("src/a.txt", "14", "16"),))
    with laboratory(files, Results(tmp_path / "reports", files), jobs=1) as lab:
        (row,) = compare(lab, [PEER], [drift], [])
    assert (row.found, row.drifts) == ([], [])
    assert "red without any change" in markdown([row])


def test_a_stale_committed_file_counts_for_the_peer_that_checks_it() -> None:
    trial = Trial(READ, "survived", stale=["openapi.json"])
    base = Trial(BASELINE, "survived")
    assert Row(STALE, base, [trial]).found == [READ]
    assert Row(replace(STALE, counts_stale=False), base, [trial]).found == []


def test_a_peer_without_a_program_only_regenerates(lab: Laboratory) -> None:
    (row,) = compare(lab, [STALE], [READ], [])
    assert (row.found, row.n_run, row.seconds) == ([], 0, 0.0)


def test_a_tree_on_which_it_could_not_run_is_no_kill() -> None:
    row = Row(PEER, Trial(BASELINE, "survived"), [Trial(READ, "broken"), Trial(UNREAD, "slow")])
    assert (row.found, row.not_run) == ([], [READ, UNREAD])


def test_the_table_and_the_data_agree(row: Row, tmp_path: Path) -> None:
    data = content([row])[0]
    assert (data["found"], data["drifts"], data["false_alarms"]) == (["years"], 2, [])
    assert data["by_side"] == {"service": (1, 1), "page": (0, 1), "both": (0, 0)}
    last = markdown([row]).splitlines()[-1]
    assert (
        "| fifteen | script 1.0 | `a script` | a script | 1 of 2 | 1 of 1 | 0 of 1 | 0 of 0 | 0 of 1 |"
        in last
    )
    write([row], tmp_path / "new" / "peers.json")
    assert json.loads((tmp_path / "new" / "peers.json").read_text())[0]["peer"] == "fifteen"


OUTPUTS: list[tuple[Reader, int, str, str]] = [
    (schemathesis, 0, "", "green"),
    (schemathesis, 1, "ST202 Schema-valid request rejected", "red"),
    (schemathesis, NO_SERVICE, "Traceback", "broken"),
    (redocly, 0, "0 major, 1 minor, 0 patch.", "green"),
    (redocly, 1, "1 major, 0 minor, 0 patch.", "red"),
    (redocly, 1, "Failed to resolve API: openapi.json", "broken"),
    (redocly, 127, "env: 'redocly': No such file or directory", "broken"),
    (first_status, 0, "", "green"),
    (first_status, 1, "GET /api/jobs: Response field must be a number", "red"),
    (first_status, 1, "Traceback (most recent call last):\n  …\nOSError: seamcheck", "broken"),
    (first_status, 2, "SSE data needs application/json contentSchema", "broken"),
]


@pytest.mark.parametrize(("reader", "status", "output", "outcome"), OUTPUTS)
def test_a_finding_is_distinguished_from_a_tool_that_could_not_run(
    reader: Reader, status: int, output: str, outcome: str, tmp_path: Path
) -> None:
    assert verdict(reader, Done(status, output, 1.0, 0.5), tmp_path).outcome == outcome


SEAMCHECK = """\
#!{python}
import json, pathlib
words = pathlib.Path("words.txt").read_text().split()
found = [{{"id": word, "file": "words.txt", "line": 1, "kind": "word", "label": word}} for word in words]
print(json.dumps({{"data": {{"findings": found}}}}))
"""


def test_seamcheck_is_red_for_what_it_did_not_find_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program, before = tmp_path / "seamcheck", tmp_path / "before.json"
    program.write_text(SEAMCHECK.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(seam, "SEAMCHECK", program)
    monkeypatch.chdir(tmp_path)
    seam.store({"words.txt": b"one two"}, before)
    words = tmp_path / "words.txt"
    words.write_text("two")
    assert seam.main(program, before) == 0
    words.write_text("two three")
    assert seam.main(program, before) == 1
    assert capsys.readouterr().out == "words.txt:1 word three\n"
    program.write_text(f"#!{sys.executable}\nprint('not JSON')\n")
    assert seam.main(program, before) == seam.NOT_SCANNED


def test_the_types_of_hey_api_take_the_place_of_those_with_the_same_name() -> None:
    types = """\
export interface components {
    schemas: {
        /** A list. */
        Page_Job_: {
            items: components["schemas"]["Job"][];
        };
        Job: {
            id: string;
        };
        Alone: string;
    };
    responses: never;
}
"""
    generated = "export type Job = {};\n\nexport type PageJob = { items: Array<Job> };\n"
    assert (
        exchanged(types, generated)
        == """\
export interface components {
    schemas: {
        /** A list. */
        Page_Job_: import("./hey/types.gen.ts").PageJob;
        Job: import("./hey/types.gen.ts").Job;
        Alone: string;
    };
    responses: never;
}
"""
    )


def test_every_peer_has_a_name_a_command_and_locked_packages() -> None:
    assert all(peer.name == name and peer.command for name, peer in PEERS.items())
    assert all(peer.needs for peer in PEERS.values() if peer.gates)
    package = json.loads((HERE / "package.json").read_text())
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    for name, version in package["devDependencies"].items():
        assert locked[f"node_modules/{name}"]["version"] == version
    # the page does not use these tools
    page = json.loads((ROOT / "frontend/package.json").read_text())
    assert not package["devDependencies"].keys() & page["devDependencies"].keys()


def test_the_task_of_a_peer_ignores_the_gate_of_the_drift() -> None:
    task = task_of(READ, PEER)
    assert (task.drift.gate, task.drift.reason, task.where) == (None, None, ())
    assert task.gates == (GATE,)
    assert task.is_wide


def test_the_command_prints_the_table_and_writes_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PEERS", {"fifteen": PEER, "committed": STALE})
    monkeypatch.setattr(command, "HAND", (READ, UNREAD))
    monkeypatch.setattr(command, "HARMLESS", (HARMLESS,))
    monkeypatch.setattr(command, "snapshot", lambda: {**FILES, "openapi.json": b"{}\n"})
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "REPORTS", tmp_path / "peers")
    monkeypatch.setattr(command, "COMMITTED", tmp_path / "peers" / "committed.json")
    assert command.main(["--jobs", "1", "--only-peer", "fifteen"]) == 0
    output = capsys.readouterr().out
    assert "| 1 of 2 |" in output
    assert "committed" not in output
    assert (tmp_path / "peers.json").is_file()
    assert (tmp_path / "peers" / "committed.json").read_bytes() == b"{}\n"


def test_a_peer_that_is_not_installed_is_left_out_and_a_sample_has_each_nth_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = replace(PEER, name="absent", program=tmp_path / "absent", needs="Python 9")
    monkeypatch.setattr(command, "PEERS", {"fifteen": PEER, "absent": absent})
    monkeypatch.setattr(command, "HAND", (UNREAD, READ))
    monkeypatch.setattr(command, "HARMLESS", (HARMLESS,))
    monkeypatch.setattr(command, "snapshot", lambda: {**FILES, "openapi.json": b"{}\n"})
    for name in ("FOLDER", "REPORTS"):
        monkeypatch.setattr(command, name, tmp_path)
    monkeypatch.setattr(command, "COMMITTED", tmp_path / "committed.json")
    assert command.main(["--jobs", "1", "--every", "2"]) == 0
    output = capsys.readouterr().out
    assert "left out: absent, which needs Python 9" in output
    assert [row["drifts"] for row in json.loads((tmp_path / "peers.json").read_text())] == [1]


def test_an_unknown_peer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only-peer", "unknown"])
    assert "unknown" in capsys.readouterr().err
    assert tools.COMMITTED.parent == tools.REPORTS
