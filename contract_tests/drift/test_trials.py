"""Tests when a drift counts as killed, on trees of a few files and with gates of one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.drift import baselines, explained, runner, trials
from contract_tests.drift.drifts import Drift, Edit, Reason
from contract_tests.drift.gate import Gate
from contract_tests.drift.laboratory import Laboratory, laboratory
from contract_tests.drift.matrix import content, write
from contract_tests.drift.programs import Done, run
from contract_tests.drift.reading import Reading
from contract_tests.drift.regeneration import export
from contract_tests.drift.results import Results
from contract_tests.drift.runner import Report, Runner
from contract_tests.drift.trees import Tree
from contract_tests.drift.trials import BASELINE, Fate, Task, Trial, task_of
from contract_tests.repository import ROOT
from wirelaw.finding import Finding

FILES = {"src/a.txt": b"years = 15\n", "src/b.txt": b"b\n"}
SCRIPT = (
    "import pathlib, sys\n"
    "text = pathlib.Path('src/a.txt').read_text().strip()\n"
    "pathlib.Path('seen.txt').open('a').write('x')\n"
    "sys.exit(0 if text == 'years = 15' else f'src/a.txt:1: {text}')\n"
)


def read_lines(done: Done, _: Path) -> Reading:
    """Read `place: text`; another form is no finding."""
    place, _separator, text = done.output.strip().rpartition(": ")
    return "red", [Finding("lines", place, "changed", "", text)]


GATE = Gate("fifteen", (sys.executable, "-c", SCRIPT), read_lines, ("src/a",))
OTHER = Gate("other", (sys.executable, "-c", ""), read_lines, ("src/b",))
DRIFT = Drift(
    "years",
    "A developer changes years.",
    (Edit("src/a.txt", "15", "16"),),
    "fifteen",
    Reason("changed", "src/a.txt", found="years = 16"),
    origin="fitted",
)


@pytest.fixture(autouse=True)
def _gates(monkeypatch: pytest.MonkeyPatch) -> None:
    gates = {"fifteen": GATE, "other": OTHER}
    for module in (trials, runner, baselines):
        monkeypatch.setattr(module, "GATES", gates)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    with laboratory(FILES, Results(tmp_path / "reports", FILES), jobs=1) as created:
        yield created


def try_drift(lab: Laboratory, drift: Drift) -> Trial:
    (trial,) = lab.run([task_of(drift)], lambda *_: None)
    return trial


def test_it_is_killed_by_its_gate_for_its_reason(lab: Laboratory) -> None:
    trial = try_drift(lab, DRIFT)
    assert trial.fate == "killed"
    (finding,) = trial.verdicts["fifteen"].findings
    assert finding.found == "years = 16"
    assert trial.seconds > 0
    assert trial.cpu_seconds > 0


def test_another_reason_is_no_kill(lab: Laboratory) -> None:
    for reason in (
        Reason("renamed"),
        Reason("changed", "src/b.txt"),
        Reason("changed", found="17"),
    ):
        assert try_drift(lab, replace(DRIFT, reason=reason)).fate == "wrong reason"


def test_a_gate_that_stays_green_lets_it_survive(lab: Laboratory) -> None:
    assert try_drift(lab, replace(DRIFT, gate="other")).fate == "survived"


def test_a_drift_that_changes_nothing_is_an_error(lab: Laboratory) -> None:
    trial = try_drift(lab, replace(DRIFT, edits=(Edit("src/a.txt", "15", "15"),)))
    assert (trial.fate, trial.note) == ("broken", "the edits change nothing")


def test_a_drift_that_generation_undoes_is_an_error(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:

    def undo(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
        export(tree, changed, scratch)
        for name in changed:
            tree.write(name, FILES[name])

    monkeypatch.setattr(trials, "export", undo)
    trial = try_drift(lab, DRIFT)
    assert trial.fate == "broken"
    assert trial.note == "generation undid the edits"


def test_any_gate_that_reads_a_changed_file_may_kill_a_drift_of_an_operator(
    lab: Laboratory,
) -> None:
    anonymous = replace(DRIFT, gate=None, reason=None)
    trial = try_drift(lab, anonymous)
    assert (trial.fate, [*trial.verdicts]) == ("killed", ["fifteen"])
    elsewhere = replace(anonymous, edits=(Edit("src/b.txt", "b", "c"),))
    trial = try_drift(lab, elsewhere)
    assert (trial.fate, [*trial.verdicts]) == ("survived", ["other"])


@pytest.mark.parametrize(
    "command",
    [
        ("sleep", "1e6"),
        (sys.executable, "-m", "timeit", "-n1", "-r1", "import time; time.sleep(1e6)"),
    ],
    ids=["cold", "warm"],
)
def test_a_program_is_ended_at_its_limit(tmp_path: Path, command: tuple[str, ...]) -> None:
    # the first warm program also waits until the libraries are loaded
    run((sys.executable, "-m", "this"), tmp_path, tmp_path / "scratch", limit_seconds=60)
    done = run(command, tmp_path, tmp_path / "scratch", limit_seconds=0.2)
    assert done.is_slow


LAB_OF_ONE_PROGRAM = """
import socket
import sys
import time
from pathlib import Path
from contract_tests.drift.programs import run

if sys.argv[3] == "before-the-reply":
    # the lab is killed before it reads the reply
    socket.SocketIO.readinto = lambda *_: time.sleep(600)
command = (sys.executable, "-m", "timeit", "-n1", "-r1", sys.argv[2])
run(command, Path.cwd(), Path(sys.argv[1]), limit_seconds=600)
"""


@pytest.mark.parametrize("moment", ["while-it-waits", "before-the-reply"])
def test_a_program_ends_when_the_lab_is_killed(tmp_path: Path, moment: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    holding = f"import time; held = open({str(pipe)!r}, 'w'); time.sleep(600)"
    arguments = (str(tmp_path / "scratch"), holding, moment)
    command = [sys.executable, "-c", LAB_OF_ONE_PROGRAM, *arguments]
    lab = subprocess.Popen(command, cwd=ROOT)
    # `open` returns when the program has opened the pipe, and `read` when the program has ended
    with pipe.open() as held:
        lab.kill()
        assert held.read() == ""
    lab.wait()


def test_a_stored_trial_is_not_run_again(lab: Laboratory, tmp_path: Path) -> None:
    first = try_drift(lab, DRIFT)
    again = try_drift(lab, DRIFT)
    # a second run would have measured other seconds
    assert again.seconds == first.seconds
    # another tree, another reason or another gate is another trial
    moved = Results(tmp_path / "reports", {**FILES, "src/a.txt": b"years = 15 \n"})
    task = task_of(DRIFT)
    assert lab.results.load(task) is not None
    assert moved.load(task) is None
    assert lab.results.load(task_of(replace(DRIFT, reason=Reason("other")))) is None
    assert lab.results.load(Task(BASELINE, (GATE,))) is None
    # a file that the gate does not read does not matter
    beside = Results(tmp_path / "reports", {**FILES, "docs/c.txt": b"c\n"})
    assert beside.load(task) is not None
    lab.results.clear()
    assert lab.results.load(task) is None


def test_a_trial_whose_result_may_change_is_not_stored(lab: Laboratory) -> None:
    task = task_of(DRIFT)
    fates: tuple[Fate, ...] = ("slow", "broken", "unproved")
    for fate in fates:
        lab.results.store(task, Trial(DRIFT, fate))
        assert lab.results.load(task) is None


def run_lab(lab: Laboratory, *drifts: Drift, harmless: tuple[Drift, ...] = ()) -> Report:
    return Runner(lab).run(drifts, harmless, explain=True)


def test_a_survivor_is_shown_with_its_diff_and_the_gate_that_would_have_killed_it(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run_lab(lab, DRIFT, replace(DRIFT, id="survivor", gate="other"))
    assert report.closing_line == "1 passed, 1 failed"
    output = capsys.readouterr().out
    assert "SURVIVED: survivor" in output
    assert "+years = 16" in output
    assert "other was green" in output
    assert "killed by fifteen, which is green without it" in output


def test_a_gate_that_is_red_already_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {**FILES, "src/a.txt": b"years = 14\n"}
    drift = replace(DRIFT, edits=(Edit("src/a.txt", "14", "16"),))
    with laboratory(files, Results(tmp_path / "reports", files), jobs=1) as lab:
        report = run_lab(lab, drift)
    assert [trial.fate for trial in report.trials] == ["unproved"]
    assert report.red == ["fifteen"]
    assert "baseline RED    fifteen" in capsys.readouterr().out


def test_a_harmless_change_that_alarms_is_named_alone(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = Drift("quiet", "A word.", (Edit("src/b.txt", "b", "c"),))
    alarming = Drift("alarming", "Another number.", (Edit("src/a.txt", "15", "17"),))
    report = run_lab(lab, harmless=(quiet, alarming))
    assert [trial.drift.id for trial in report.failed] == ["alarming"]
    assert report.closing_line == "1 passed, 1 failed"
    assert "KILLED: alarming" in capsys.readouterr().out


def test_a_gate_that_is_green_with_harmless_changes_needs_no_other_baseline(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = Drift("quiet", "A word.", (Edit("src/b.txt", "b", "c"),))
    report = run_lab(lab, replace(DRIFT, gate="other"), DRIFT, harmless=(quiet,))
    assert report.closing_line == "2 passed, 1 failed"
    output = capsys.readouterr().out
    assert "harmless green  other" in output
    assert "baseline green  fifteen" in output
    assert "baseline green  other" not in output


def test_one_in_fifty_drifts_of_operators_may_survive_with_an_explanation(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_machine = replace(DRIFT, gate=None, reason=None, origin="operator")
    survivor = Trial(by_machine, "survived")
    killed = [Trial(by_machine, "killed") for _ in range(98)]
    assert not Report(trials=[survivor, *killed]).is_passed
    with monkeypatch.context() as patch:
        patch.setattr(explained, "explanations", lambda: {"years": "No user can see it."})
        assert Report(trials=[survivor, survivor, *killed]).is_passed
        assert not Report(trials=[survivor, survivor, survivor, *killed]).is_passed
        # no drift of the hand catalogue may
        assert not Report(trials=[Trial(DRIFT, "survived"), *killed]).is_passed
    # a false alarm fails the lab, and so does a gate that is red without a drift, whatever it killed
    assert not Report(trials=killed, harmless=[Trial(by_machine, "killed")]).is_passed
    assert not Report(trials=killed, baseline={"fifteen": Trial(BASELINE, "killed")}).is_passed
    assert run_lab(lab, DRIFT).is_passed


def test_the_matrix_has_every_result(lab: Laboratory, tmp_path: Path) -> None:
    report = run_lab(lab, DRIFT)
    (row,) = content(report)["drifts"]
    assert (row["id"], row["fate"], row["gates"]) == ("years", "killed", {"fifteen": "red"})
    page = write(report, tmp_path)
    assert "1 passed, 0 failed" in page.read_text()
    assert (tmp_path / "matrix.json").is_file()
