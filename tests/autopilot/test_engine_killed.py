"""A cycle that is killed at any step and run again ends like an undisturbed one, and trades nothing twice."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.markets import (
    prices,
    read_prices_once,
    use_few_candidates,
    use_one_cheap_model,
    work_in,
    write,
)
from quant_engine.autopilot import cycles, paper_trader, trading
from quant_engine.autopilot.engine import run_cycle
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import AutopilotParameters
from quant_engine.models import trainer
from quant_engine.models.registry import ModelRegistry

LEDGER = {
    "paper_accounts": "account, opened_on, cash, n_sessions, last_session, peak, closed_until, rules",
    "paper_sessions": "*",
    "paper_positions": "*",
    "paper_orders": "*",
    "execution_fills": "order_id, decision_price, fill_price, shares, shortfall_bps, cost_bps",
    "disagreement_snapshots": "horizon, as_of, disagreement",
    "ic_snapshots": "horizon, as_of, rank_ic",
    "autopilot_cycles": "cycle_id",
    "autopilot_strategies": "cycle_id, data_source",
    "autopilot_decisions": "cycle_id, step",
}

HISTORY = 252 * 5 + 120  #: sessions
SESSIONS = 31  #: that a new account trades; longer than any holding period

#: what a cycle does, and how often
PLACES: dict[str, tuple[Any, str, range]] = {
    "begin": (cycles, "begin_cycle", range(1, 2)),
    "model": (trainer, "save_ensemble", range(1, 3)),
    "decision": (cycles, "save_decision", range(1, 7)),
    "strategy": (cycles, "promote_strategy", range(1, 2)),
    "registry": (ModelRegistry, "promote", range(1, 2)),
    "session": (paper_trader, "save_session", range(1, SESSIONS + 1, 15)),
    "end": (cycles, "end_cycle", range(1, 2)),
}
CASES = [
    (name, number, after)
    for name, (_, _, numbers) in PLACES.items()
    for number in numbers
    for after in (False, True)
]


@pytest.fixture(scope="module", autouse=True)
def cheap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        use_one_cheap_model(patch)
        use_few_candidates(patch)
        read_prices_once(patch)
        patch.setattr(trading, "HELD_OUT_SESSIONS", SESSIONS)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("prices"), prices(1, drift=0.003, n_sessions=HISTORY))


def cycle(home: Path, folder: Path, job_id: str = "job") -> AutopilotSummary:
    return run_cycle(AutopilotParameters(years=1), work_in(home, folder, job_id))


def ledger(home: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(home / "quant_engine.db")
    rows = {
        table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall())  # noqa: S608
        for table, columns in LEDGER.items()
    }
    connection.close()
    return rows


def dies_at(place: str, number: int, after: bool) -> Callable[[Callable[[], object]], None]:
    """Run something in a child that is killed by the `number`-th call of a function."""
    owner, name, _ = PLACES[place]

    def run(work: Callable[[], object]) -> None:
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status), f"{place} {number} was not reached"
            assert os.WTERMSIG(status) == signal.SIGKILL
            return
        left, original = number, getattr(owner, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            made = original(*arguments, **named)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        setattr(owner, name, counted)
        try:
            work()
        finally:
            os._exit(1)

    return run


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, folder: Path
) -> tuple[dict[str, list[Any]], AutopilotSummary]:
    home = tmp_path_factory.mktemp("home")
    summary = cycle(home, folder)
    return ledger(home), summary


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_a_killed_cycle_ends_like_an_undisturbed_one(
    tmp_path: Path,
    folder: Path,
    undisturbed: tuple[dict[str, list[Any]], AutopilotSummary],
    case: tuple[str, int, bool],
) -> None:
    dies_at(*case)(lambda: cycle(tmp_path, folder))
    summary = cycle(tmp_path, folder)
    expected, usual = undisturbed
    found = ledger(tmp_path)
    for table in LEDGER:
        assert found[table] == expected[table], table
    assert summary.promoted
    assert summary.metrics == usual.metrics
    assert [decision.step for decision in summary.decisions] == [
        decision.step for decision in usual.decisions
    ]
    newest = ModelRegistry(tmp_path).latest()
    assert newest is not None
    assert newest.version == summary.model_version
    # one version: what was trained before the kill is used
    assert len(ModelRegistry(tmp_path).versions()) == 1
    assert not list((tmp_path / "models").glob(".draft-*"))
    # the next cycle has nothing to do
    cycle(tmp_path, folder, "next")
    assert ledger(tmp_path)["paper_sessions"] == expected["paper_sessions"]
    assert ledger(tmp_path)["paper_orders"] == expected["paper_orders"]
