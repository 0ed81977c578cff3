"""A drift is killed by its gate for its reason, or it is not: on trees of a few files and gates of one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.drift import explained, grounds, runner, trials
from contract_tests.drift.drifts import Drift, Edit
from contract_tests.drift.gates import Gate
from contract_tests.drift.laboratory import Laboratory, laboratory
from contract_tests.drift.matrix import content, write
from contract_tests.drift.programs import run
from contract_tests.drift.reading import imports
from contract_tests.drift.regeneration import export
from contract_tests.drift.results import Results
from contract_tests.drift.runner import Report, Runner
from contract_tests.drift.trees import Tree
from contract_tests.drift.trials import BASELINE, Fate, Task, Trial, task_of
from contract_tests.repository import ROOT

FILES = {"src/a.txt": b"years = 15\n", "src/b.txt": b"b\n"}
SCRIPT = (
    "import pathlib, sys\n"
    "said = pathlib.Path('src/a.txt').read_text()\n"
    "pathlib.Path('seen.txt').open('a').write('x')\n"
    "sys.exit(0 if 'years = 15' in said else f'the contract BROKEN: {said}')\n"
)
GATE = Gate("fifteen", "years are 15", (sys.executable, "-c", SCRIPT), imports, ("src/a",))
OTHER = Gate("other", "nothing at all", (sys.executable, "-c", ""), imports, ("src/b",))
DRIFT = Drift(
    "years",
    "Somebody changed years.",
    "service",
    (Edit("src/a.txt", "15", "16"),),
    "fifteen",
    r"BROKEN: years = 16",
)


@pytest.fixture(autouse=True)
def _gates(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"fifteen": GATE, "other": OTHER}
    for module in (trials, runner, grounds):
        monkeypatch.setattr(module, "GATES", known)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    with laboratory(FILES, Results(tmp_path / "reports", FILES), jobs=1) as made:
        yield made


def tried(lab: Laboratory, drift: Drift) -> Trial:
    (trial,) = lab.do([task_of(drift)], lambda *_: None)
    return trial


def test_it_is_killed_by_its_gate_for_its_reason(lab: Laboratory) -> None:
    trial = tried(lab, DRIFT)
    assert trial.fate == "killed"
    assert "BROKEN: years = 16" in trial.verdicts["fifteen"].said
    assert trial.seconds > 0
    assert trial.cpu_seconds > 0


def test_another_reason_is_no_kill(lab: Laboratory) -> None:
    assert tried(lab, replace(DRIFT, reason="a type")).fate == "wrong reason"


def test_a_gate_that_stays_green_lets_it_survive(lab: Laboratory) -> None:
    assert tried(lab, replace(DRIFT, gate="other")).fate == "survived"


def test_a_drift_that_changes_nothing_is_an_error(lab: Laboratory) -> None:
    trial = tried(lab, replace(DRIFT, edits=(Edit("src/a.txt", "15", "15"),)))
    assert (trial.fate, trial.note) == ("broken", "nothing is changed")


def test_a_drift_that_generation_takes_back_is_an_error(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:

    def take_back(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
        export(tree, changed, scratch)
        for name in changed:
            tree.write(name, FILES[name])

    monkeypatch.setattr(trials, "export", take_back)
    trial = tried(lab, DRIFT)
    assert trial.fate == "broken"
    assert "once everything is made anew" in trial.note


def test_an_operator_s_drift_dies_by_any_gate_that_can_see_it(lab: Laboratory) -> None:
    anybodys = replace(DRIFT, gate=None, reason=None)
    trial = tried(lab, anybodys)
    assert (trial.fate, [*trial.verdicts]) == ("killed", ["fifteen"])
    elsewhere = replace(anybodys, edits=(Edit("src/b.txt", "b", "c"),))
    trial = tried(lab, elsewhere)
    assert (trial.fate, [*trial.verdicts]) == ("survived", ["other"])


@pytest.mark.parametrize(
    "command",
    [
        ("sleep", "60"),
        (sys.executable, "-m", "timeit", "-n1", "-r1", "import time; time.sleep(60)"),
    ],
    ids=["cold", "warm"],
)
def test_a_program_is_ended_at_its_limit(tmp_path: Path, command: tuple[str, ...]) -> None:
    # the first that is warm waits for the libraries, and that is not its own time
    run((sys.executable, "-m", "this"), tmp_path, tmp_path / "scratch", limit_seconds=60)
    done = run(command, tmp_path, tmp_path / "scratch", limit_seconds=0.2)
    assert done.is_slow
    assert done.seconds < 10


LAB_OF_ONE_PROGRAM = """
import socket
import sys
import time
from pathlib import Path
from contract_tests.drift.programs import run

if sys.argv[3] == "deaf":
    # as a lab that is killed before it reads what it is told
    socket.SocketIO.readinto = lambda *_: time.sleep(600)
command = (sys.executable, "-m", "timeit", "-n1", "-r1", sys.argv[2])
run(command, Path.cwd(), Path(sys.argv[1]), limit_seconds=600)
"""


@pytest.mark.parametrize("hearing", ["listening", "deaf"])
def test_a_program_ends_with_the_lab_however_that_ends(tmp_path: Path, hearing: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    holding = f"import time; held = open({str(pipe)!r}, 'w'); time.sleep(600)"
    arguments = (str(tmp_path / "scratch"), holding, hearing)
    command = [sys.executable, "-c", LAB_OF_ONE_PROGRAM, *arguments]
    lab = subprocess.Popen(command, cwd=ROOT)
    # opened when the program has opened it, and at its end when the program is gone
    with pipe.open() as held:
        lab.kill()
        assert held.read() == ""
    lab.wait()


def test_what_is_known_is_not_done_again(lab: Laboratory, tmp_path: Path) -> None:
    first = tried(lab, DRIFT)
    again = tried(lab, DRIFT)
    # the very same: seconds are measured anew where something is done
    assert again.seconds == first.seconds
    # another tree, another expectation or another gate is another question
    moved = Results(tmp_path / "reports", {**FILES, "src/a.txt": b"years = 15 \n"})
    task = task_of(DRIFT)
    assert lab.results.known(task) is not None
    assert moved.known(task) is None
    assert lab.results.known(task_of(replace(DRIFT, reason="other"))) is None
    assert lab.results.known(Task(BASELINE, (GATE,))) is None
    # what the gate does not read does not matter
    beside = Results(tmp_path / "reports", {**FILES, "docs/c.txt": b"c\n"})
    assert beside.known(task) is not None
    lab.results.forget()
    assert lab.results.known(task) is None


def test_a_trial_that_may_end_otherwise_is_not_kept(lab: Laboratory) -> None:
    task = task_of(DRIFT)
    fates: tuple[Fate, ...] = ("slow", "broken", "unproved")
    for fate in fates:
        lab.results.keep(task, Trial(DRIFT, fate))
        assert lab.results.known(task) is None


def ran(lab: Laboratory, *drifts: Drift, harmless: tuple[Drift, ...] = ()) -> Report:
    return Runner(lab).run(drifts, harmless, explain=True)


def test_a_survivor_is_shown_with_its_diff_and_who_would_have_killed_it(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ran(lab, DRIFT, replace(DRIFT, id="survivor", gate="other"))
    assert report.closing_line == "1 passed, 1 failed"
    said = capsys.readouterr().out
    assert "SURVIVED: survivor" in said
    assert "+years = 16" in said
    assert "other was green" in said
    assert "killed by fifteen, which is green without it" in said


def test_nothing_is_proved_by_a_gate_that_is_red_anyway(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {**FILES, "src/a.txt": b"years = 14\n"}
    drift = replace(DRIFT, edits=(Edit("src/a.txt", "14", "16"),))
    with laboratory(files, Results(tmp_path / "reports", files), jobs=1) as lab:
        report = ran(lab, drift)
    assert [trial.fate for trial in report.trials] == ["unproved"]
    assert report.red == ["fifteen"]
    assert "baseline RED    fifteen" in capsys.readouterr().out


def test_a_harmless_change_that_alarms_is_named_alone(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = Drift("quiet", "A word.", "service", (Edit("src/b.txt", "b", "c"),))
    alarming = Drift("alarming", "A figure.", "service", (Edit("src/a.txt", "15", "17"),))
    report = ran(lab, harmless=(quiet, alarming))
    assert [trial.drift.id for trial in report.failed] == ["alarming"]
    assert report.closing_line == "1 passed, 1 failed"
    assert "KILLED: alarming" in capsys.readouterr().out


def test_a_gate_that_bears_harmless_changes_needs_no_other_baseline(
    lab: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = Drift("quiet", "A word.", "service", (Edit("src/b.txt", "b", "c"),))
    report = ran(lab, replace(DRIFT, gate="other"), DRIFT, harmless=(quiet,))
    assert report.closing_line == "2 passed, 1 failed"
    said = capsys.readouterr().out
    assert "harmless green  other" in said
    assert "baseline green  fifteen" in said
    assert "baseline green  other" not in said


def test_of_what_operators_make_one_in_fifty_may_be_left_for_a_reason(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_machine = replace(DRIFT, gate=None, reason=None)
    left = Trial(by_machine, "survived")
    killed = [Trial(by_machine, "killed") for _ in range(98)]
    assert not Report(trials=[left, *killed]).is_passed
    with monkeypatch.context() as known:
        known.setattr(explained, "explanations", lambda: {"years": "Nobody can see it."})
        assert Report(trials=[left, left, *killed]).is_passed
        assert not Report(trials=[left, left, left, *killed]).is_passed
        # by hand none may be
        assert not Report(trials=[Trial(DRIFT, "survived"), *killed]).is_passed
    # no harmless change may alarm, and a gate that is red anyway fails the lab, whatever it killed
    assert not Report(trials=killed, harmless=[Trial(by_machine, "killed")]).is_passed
    assert not Report(trials=killed, baseline={"fifteen": Trial(BASELINE, "killed")}).is_passed
    assert ran(lab, DRIFT).is_passed


def test_the_matrix_says_everything(lab: Laboratory, tmp_path: Path) -> None:
    report = ran(lab, DRIFT)
    (row,) = content(report)["drifts"]
    assert (row["id"], row["fate"], row["gates"]) == ("years", "killed", {"fifteen": "red"})
    page = write(report, tmp_path)
    assert "1 passed, 0 failed" in page.read_text()
    assert (tmp_path / "matrix.json").is_file()
