"""A version is replaced only for a cause, and a version that was already trained for it is reused."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.markets import NAMES, YEARS, prices, use_one_cheap_model, work_in, write
from quant_engine.autopilot.retraining import (
    causes_to_replace,
    challenger,
    retrain_decision,
    training_parameters,
)
from quant_engine.domain.parameters import AutopilotParameters
from quant_engine.domain.work import Work
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.pipeline import fit, load

ASKED = AutopilotParameters(years=YEARS)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_cheap_model(monkeypatch)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    folder = write(tmp_path / "prices", prices(1))
    (folder / "core.txt").write_text("\n".join(NAMES[:4]))
    return work_in(tmp_path / "home", folder)


def folder_of(work: Work) -> Path:
    assert work.workspace.data_path is not None
    return work.workspace.data_path


def trained(work: Work, **fields: Any) -> VersionManifest:
    _, data = load(work.workspace)
    parameters = AutopilotParameters(**{"years": YEARS, **fields})
    return fit(ModelRegistry(work.workspace.home), training_parameters(parameters, data), work)


def causes(work: Work, version: VersionManifest, decayed: bool = False, **fields: Any) -> list[str]:
    parameters = AutopilotParameters(**{"years": YEARS, **fields})
    return list(causes_to_replace(version, parameters, *load(work.workspace), decayed=decayed))


def waiting(work: Work, after: VersionManifest | None = None) -> VersionManifest | None:
    registry = ModelRegistry(work.workspace.home)
    return challenger(registry, ASKED, *load(work.workspace), after=after)


def test_a_good_version_has_no_cause(work: Work) -> None:
    assert causes(work, trained(work)) == []


def test_each_cause_by_itself(work: Work) -> None:
    version = trained(work)
    assert causes(work, version, years=YEARS + 1) == ["years"]
    assert causes(work, version, full_universe=True) == ["universe"]


def test_new_bars_make_it_stale_after_a_quarter_and_never_revised(work: Work) -> None:
    folder, whole = folder_of(work), prices(1)
    write(folder, whole.iloc[:-70])
    version = trained(work)
    write(folder, whole.iloc[:-20])
    assert causes(work, version) == []
    write(folder, whole)
    assert causes(work, version) == ["stale"]


def test_decay_is_a_cause_once_there_are_new_prices_to_learn_from(work: Work) -> None:
    folder, whole = folder_of(work), prices(1)
    write(folder, whole.iloc[:-23])
    version = trained(work)
    write(folder, whole.iloc[:-10])
    assert causes(work, version, decayed=True) == []
    write(folder, whole)
    assert causes(work, version, decayed=True) == ["decayed"]
    assert causes(work, version, decayed=False) == []


def test_another_past_is_a_cause(work: Work) -> None:
    version = trained(work)
    changed = prices(1)
    changed.loc[changed.index[50]] *= 1.001
    write(folder_of(work), changed)
    assert causes(work, version) == ["revised"]


def test_members_that_leave_later_revise_nothing(work: Work) -> None:
    folder, whole = folder_of(work), prices(1)
    header, always = "ticker,start,end", [f"{name},1990-01-01," for name in NAMES[:7]]
    left = f"HHH,1990-01-01,{whole.index[-10].date()}"
    write(folder, whole.iloc[:-20])
    (folder / "membership.csv").write_text("\n".join([header, *always, "HHH,1990-01-01,"]) + "\n")
    version = trained(work)
    assert version.params.survivorship
    assert not version.survivorship_biased
    write(folder, whole)
    (folder / "membership.csv").write_text("\n".join([header, *always, left]) + "\n")
    assert causes(work, version) == []


def test_a_version_that_waits_is_found(work: Work) -> None:
    assert waiting(work) is None
    version = trained(work)
    assert waiting(work) == version
    newer = trained(work)
    assert waiting(work) == newer
    assert waiting(work, after=version) == newer
    assert waiting(work, after=newer) is None


def test_a_promoted_version_or_one_of_other_parameters_does_not_wait(work: Work) -> None:
    trained(work, years=1)
    trained(work, full_universe=True)
    assert waiting(work) is None
    version = trained(work)
    ModelRegistry(work.workspace.home).promote(version.version)
    assert waiting(work) is None


def test_the_causes_are_described(work: Work) -> None:
    decision = retrain_decision("trained", trained(work), ["stale", "decayed"])
    assert "90 days" in decision.reason
    assert "ranks worse" in decision.reason


def test_a_decayed_version_that_is_kept_is_not_called_good(work: Work) -> None:
    version = trained(work)
    assert "needs no replacement" in retrain_decision("kept", version, []).reason
    reason = retrain_decision("kept", version, [], decayed=True).reason
    assert "ranks worse" in reason
    assert "needs no replacement" not in reason
