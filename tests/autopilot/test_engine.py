"""A cycle trains when there is reason to, promotes what is better, and changes nothing on a dry run."""

import subprocess
import sys
from pathlib import Path

import pytest

from quant_engine import pipeline
from quant_engine.autopilot.engine import run_cycle
from quant_engine.domain.parameters import AutopilotParameters, TrainParameters
from quant_engine.domain.work import Work, Workspace
from quant_engine.models.registry import ModelRegistry


def work_in(home: Path) -> Work:
    return Work("job", Workspace(home), lambda _fraction, _message: None)


def files_in(home: Path) -> set[str]:
    models = home / "models"
    return {path.name for path in models.iterdir()} - {".lock"} if models.exists() else set()


def test_the_first_cycle_trains_and_promotes(tmp_path: Path) -> None:
    summary = run_cycle(AutopilotParameters(years=1), work_in(tmp_path))
    assert summary.retrained
    assert summary.promoted
    newest = ModelRegistry(tmp_path).latest()
    assert newest is not None
    assert newest.version == summary.model_version
    assert "Nothing is trained yet" in summary.reason


def test_a_fresh_model_is_kept(tmp_path: Path) -> None:
    made = pipeline.train(TrainParameters(years=1), work_in(tmp_path))
    before = files_in(tmp_path)
    summary = run_cycle(AutopilotParameters(years=1), work_in(tmp_path))
    assert (summary.retrained, summary.promoted) == (False, False)
    assert summary.model_version == made.version
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("trained", [False, True])
def test_a_dry_run_changes_nothing(tmp_path: Path, trained: bool) -> None:
    if trained:
        pipeline.train(TrainParameters(years=1), work_in(tmp_path))
    before = files_in(tmp_path)
    # two years are more than the model covers, which is a reason to train
    summary = run_cycle(AutopilotParameters(years=2, dry_run=True), work_in(tmp_path))
    assert summary.dry_run
    assert summary.retrained
    assert not summary.promoted
    assert files_in(tmp_path) == before


def test_more_years_and_names_change_what_is_measured(tmp_path: Path) -> None:
    one, two, wide = (
        run_cycle(AutopilotParameters.model_validate(asked), work_in(tmp_path / str(number)))
        for number, asked in enumerate(
            ({"years": 1}, {"years": 2}, {"years": 1, "full_universe": True})
        )
    )
    assert one.metrics != two.metrics
    assert one.metrics != wide.metrics


def test_a_cycle_loads_nothing_of_the_api(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; "
        "from quant_engine.autopilot.engine import run_cycle; "
        "from quant_engine.domain.parameters import AutopilotParameters; "
        "from quant_engine.domain.work import Work, Workspace; "
        f"run_cycle(AutopilotParameters(years=1), "
        f"Work('job', Workspace(Path({str(tmp_path)!r})), lambda f, m: None)); "
        "print([name for name in sys.modules if name.startswith('quant_engine.api')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.stdout.strip() == "[]", said.stderr
