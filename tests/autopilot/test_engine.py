"""A cycle finds a signal, rejects noise, keeps a good model, and changes nothing on a dry run."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.markets import (
    YEARS,
    prices,
    use_few_candidates,
    use_one_cheap_model,
    work_in,
    write,
)
from quant_engine import pipeline
from quant_engine.autopilot import selection
from quant_engine.autopilot.cycles import latest_cycle
from quant_engine.autopilot.engine import run_cycle
from quant_engine.autopilot.ledger import read_paper
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import (
    AutopilotSummary,
    CandidatesDecision,
    PromoteDecision,
    RefreshDecision,
    RetrainDecision,
    ScoreDecision,
    TradeDecision,
)
from quant_engine.domain.parameters import AutopilotParameters, TrainParameters
from quant_engine.domain.work import Work, Workspace
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import get_disagreement_history
from quant_engine.tracking.execution_tracker import get_execution_quality_summary
from quant_engine.tracking.ic_tracker import get_ic_history

STEPS = [
    RefreshDecision,
    ScoreDecision,
    RetrainDecision,
    CandidatesDecision,
    PromoteDecision,
    TradeDecision,
]


ALL_RULES = selection.RULES


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_cheap_model(monkeypatch)
    use_few_candidates(monkeypatch)


@pytest.fixture
def all_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "RULES", ALL_RULES)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    return write(tmp_path / "prices", prices(1, drift=0.003))


def cycle(home: Path, folder: Path | None, job_id: str = "job", **fields: Any) -> AutopilotSummary:
    parameters = AutopilotParameters(**{"years": YEARS, **fields})
    return run_cycle(parameters, work_in(home, folder, job_id))


def found(summary: AutopilotSummary) -> tuple[Any, ...]:
    assert [type(decision) for decision in summary.decisions] == STEPS
    return tuple(summary.decisions)


def content_of(home: Path) -> dict[str, bytes]:
    files = [path for path in home.rglob("*") if path.is_file()] if home.exists() else []
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


@pytest.mark.usefixtures("all_candidates")
def test_a_planted_signal_is_found_by_rank_and_by_equity(home: Path, planted: Path) -> None:
    summary = cycle(home, planted)
    refreshed, scored, retrained, tried, promoted, traded = found(summary)
    assert refreshed.outcome == "new_sessions"
    assert scored.outcome == "absent"
    assert (retrained.outcome, retrained.causes) == ("trained", ["absent"])
    assert retrained.rank_ic > 0.1
    assert retrained.rank_ic_t > 3
    assert tried.n_trials == len(tried.candidates) == 24
    assert promoted.outcome == "promoted"
    assert promoted.metrics.total_return > 0.1
    assert traded.outcome == "traded"
    assert (summary.retrained, summary.promoted) == (True, True)
    newest = ModelRegistry(home).latest()
    assert newest is not None
    assert newest.version == summary.model_version == promoted.strategy.version


def test_what_is_promoted_trades_on_paper_and_is_recorded(home: Path, planted: Path) -> None:
    cycle(home, planted, "first")
    summary = cycle(home, planted, "second")
    *_, traded = found(summary)
    with (
        BlockingDatabase(Workspace(home).database) as database,
        database.reading() as connection,
    ):
        stored = latest_cycle(connection, "files")
        paper = read_paper(connection, "files")
        ics = get_ic_history(connection)
        spreads = get_disagreement_history(connection)
        quality = get_execution_quality_summary(connection, account="files")
    assert stored is not None
    assert stored.cycle_id == "second"
    assert stored.decisions == summary.decisions
    assert stored.completed_at is not None
    assert paper is not None
    assert len(paper.equity_curve) == 64
    assert paper.model_version == summary.model_version
    assert quality.n_fills == len(paper.fills) > 0
    # the first cycle had no model to score
    assert [snapshot.version for snapshot in ics] == [summary.model_version]
    assert [snapshot.as_of for snapshot in spreads] == [paper.as_of]
    assert traded.outcome == "nothing_new"


def test_a_good_model_is_kept_with_its_rules(home: Path, planted: Path) -> None:
    first = cycle(home, planted, "first")
    before = content_of(home / "models")
    second = cycle(home, planted, "second")
    refreshed, scored, retrained, _, promoted, _ = found(second)
    assert refreshed.outcome == "no_new_sessions"
    assert scored.outcome == "holds"
    assert (retrained.outcome, promoted.outcome) == ("kept", "kept")
    assert (second.retrained, second.promoted) == (False, False)
    assert second.model_version == first.model_version
    assert content_of(home / "models") == before


@pytest.mark.usefixtures("all_candidates")
def test_noise_is_rejected_and_nothing_is_traded(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "prices", prices(1))
    *_, promoted, traded = found(cycle(home, folder))
    assert promoted.outcome == "rejected"
    assert promoted.strategy is None
    assert traded.outcome == "nothing_in_force"
    assert ModelRegistry(home).latest() is None


def test_what_was_rejected_is_not_trained_again_on_the_same_prices(
    home: Path, tmp_path: Path
) -> None:
    folder = write(tmp_path / "prices", prices(1))
    first, second = (found(cycle(home, folder, name)) for name in ("first", "second"))
    assert first[2].outcome == "trained"
    assert (second[2].outcome, second[2].model_version) == ("reused", first[2].model_version)
    assert second[3].n_trials == first[3].n_trials


def test_a_version_that_was_trained_by_hand_is_traded_too(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "prices", prices(1))
    made = pipeline.train(TrainParameters(years=YEARS), work_in(home, folder))
    summary = cycle(home, folder)
    _, scored, retrained, _, promoted, traded = found(summary)
    assert scored.model_version == retrained.model_version == made.version
    assert (retrained.outcome, promoted.outcome) == ("kept", "kept")
    assert traded.n_sessions == 64
    assert summary.model_version == made.version
    assert not summary.promoted


def test_a_decayed_model_is_retrained(home: Path, tmp_path: Path) -> None:
    whole = prices(5, drift=0.003, until=0.95)
    folder = write(tmp_path / "prices", whole.iloc[:-60])
    cycle(home, folder, "before")
    write(folder, whole)
    _, scored, retrained, _, promoted, _ = found(cycle(home, folder, "after"))
    assert scored.outcome == "decayed"
    assert scored.rank_ic < scored.usual_rank_ic
    assert retrained.causes == ["decayed"]
    assert retrained.outcome == "trained"
    assert promoted.model_version == retrained.model_version
    # the new version was trained on the same quarter, so another training would change nothing
    _, scored, again, *_ = found(cycle(home, folder, "once more"))
    assert (scored.outcome, again.outcome) == ("decayed", "kept")
    assert "ranks worse" in again.reason


def test_new_sessions_are_traded_once(home: Path, tmp_path: Path) -> None:
    whole = prices(1, drift=0.003)
    folder = write(tmp_path / "prices", whole.iloc[:-5])
    first = cycle(home, folder, "first")
    write(folder, whole)
    second = cycle(home, folder, "second")
    third = cycle(home, folder, "third")
    assert [found(summary)[5].n_sessions for summary in (first, second, third)] == [64, 5, 0]
    assert found(second)[0].n_new_sessions == 5
    assert found(third)[5].equity == found(second)[5].equity


def test_no_session_is_skipped_after_a_pause_longer_than_the_years(
    home: Path, tmp_path: Path
) -> None:
    whole = prices(1, drift=0.003)
    folder = write(tmp_path / "prices", whole.iloc[:-300])
    cycle(home, folder, "first", years=1)
    write(folder, whole)
    assert found(cycle(home, folder, "second", years=1))[5].n_sessions == 300


def test_a_strategy_does_not_trade_the_sessions_that_chose_it(home: Path, planted: Path) -> None:
    whole = prices(1, drift=0.003)
    write(planted, whole.iloc[:-20])
    cycle(home, planted, "first")
    # without its versions, the account has no strategy in force
    shutil.rmtree(home / "models")
    write(planted, whole)
    assert found(cycle(home, planted, "second"))[5].n_sessions == 20
    with BlockingDatabase(Workspace(home).database) as database, database.reading() as connection:
        paper = read_paper(connection, "files")
    assert paper is not None
    last_shown = whole.index[-20].date()
    assert not [fill for fill in paper.fills if fill.side == "buy" and fill.filled_on > last_shown]
    assert [fill for fill in paper.fills if fill.side == "sell" and fill.filled_on > last_shown]


def test_removed_bars_do_not_reset_the_account(home: Path, planted: Path) -> None:
    whole = prices(1, drift=0.003)
    cycle(home, planted, "first")
    write(planted, whole.iloc[:-3])
    traded = found(cycle(home, planted, "second"))[5]
    assert (traded.outcome, traded.as_of) == ("nothing_new", whole.index[-1].date())
    assert traded.reason.startswith("There was no new session")


def test_each_version_counts_as_several_trials(home: Path, tmp_path: Path) -> None:
    whole = prices(1, drift=0.003)
    folder = write(tmp_path / "prices", whole.iloc[:-70])
    cycle(home, folder, "first")
    write(folder, whole)
    _, _, retrained, tried, _, _ = found(cycle(home, folder, "second"))
    assert retrained.causes == ["stale"]
    assert tried.n_trials == 2 * len(tried.candidates)


@pytest.mark.parametrize("used", [False, True])
def test_a_dry_run_changes_nothing(home: Path, planted: Path, used: bool) -> None:
    if used:
        cycle(home, planted)
        write(planted, prices(1, drift=0.003).iloc[:, ::-1] * 2)
    before = content_of(home)
    summary = cycle(home, planted, "dry", dry_run=True)
    assert summary.dry_run
    assert not summary.promoted
    assert found(summary)[4].outcome == "promoted"
    # first, as no sentence after it is true of a version or an account that is kept
    assert summary.reason.startswith("Dry run: nothing was changed.")
    after = content_of(home)
    # SQLite keeps an index of its log beside it, which reading may rewrite
    assert {n: c for n, c in after.items() if n[-4:] != "-shm"} == {
        n: c for n, c in before.items() if n[-4:] != "-shm"
    }


def test_other_prices_in_the_past_are_a_reason_to_train(home: Path, planted: Path) -> None:
    cycle(home, planted, "first")
    revised = prices(1, drift=0.003)
    revised.loc[revised.index[100]] *= 1.01
    write(planted, revised)
    assert found(cycle(home, planted, "second"))[2].causes == ["revised"]


def test_a_cycle_reports_its_progress(tmp_path: Path, planted: Path) -> None:
    stages: list[tuple[float, str]] = []
    workspace = Workspace(tmp_path / "home", "files", planted)
    work = Work("job", workspace, lambda fraction, stage: stages.append((fraction, stage)))
    run_cycle(AutopilotParameters(years=YEARS), work)
    fractions = [fraction for fraction, _ in stages]
    assert fractions == sorted(fractions)
    assert len({stage for _, stage in stages}) >= 7
