"""Decisions and strategies are stored unchanged; a damaged row is an error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from quant_engine.autopilot import cycles
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.autopilot import TradeDecision
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters

PARAMS = AutopilotParameters(years=3)
TRADED = TradeDecision(
    step="trade",
    outcome="nothing_in_force",
    reason="Nothing is in force.",
    as_of=None,
    n_sessions=0,
    n_fills=0,
    n_pending=0,
    equity=0.1 + 0.2,
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with (
        BlockingDatabase(f"sqlite:///{tmp_path}/x.db") as database,
        database.writing() as connection,
    ):
        yield connection


def finished(connection: Connection, cycle_id: str, source: str = "demo") -> None:
    cycles.begin_cycle(connection, cycle_id, source, PARAMS)
    cycles.save_decision(connection, cycle_id, TRADED)
    cycles.end_cycle(connection, cycle_id)


def test_a_cycle_comes_back_as_it_was_stored(connection: Connection) -> None:
    assert cycles.latest_cycle(connection, "demo") is None
    assert cycles.begin_cycle(connection, "a", "demo", PARAMS) == []
    cycles.save_decision(connection, "a", TRADED)
    running = cycles.latest_cycle(connection, "demo")
    assert running is not None
    assert (running.cycle_id, running.params, running.completed_at) == ("a", PARAMS, None)
    assert running.decisions == [TRADED]
    cycles.end_cycle(connection, "a")
    ended = cycles.latest_cycle(connection, "demo")
    assert ended is not None
    assert ended.completed_at is not None
    assert ended.completed_at >= ended.started_at


def test_a_cycle_that_begins_again_has_its_decisions(connection: Connection) -> None:
    finished(connection, "a")
    assert cycles.begin_cycle(connection, "a", "demo", PARAMS) == [TRADED]
    cycles.start_over(connection, "a")
    assert cycles.begin_cycle(connection, "a", "demo", PARAMS) == []


def test_a_cycle_that_starts_over_puts_in_force_what_it_decided_last(
    connection: Connection,
) -> None:
    first, other, second = (BacktestParameters(holding_period=days) for days in (5, 10, 21))
    cycles.promote_strategy(connection, "a", "demo", first, "why")
    cycles.promote_strategy(connection, "b", "demo", other, "why")
    cycles.start_over(connection, "a")
    cycles.promote_strategy(connection, "a", "demo", second, "why")
    assert cycles.strategy_in_force(connection, "demo", before="x") == second


def test_sources_do_not_mix(connection: Connection) -> None:
    finished(connection, "a", "files")
    cycles.promote_strategy(connection, "a", "files", BacktestParameters(), "why")
    assert cycles.latest_cycle(connection, "demo") is None
    assert cycles.earlier_cycles(connection, "demo", "x") == []
    assert cycles.strategy_in_force(connection, "demo", before="x") is None
    assert cycles.strategy_in_force(connection, "files", before="x") == BacktestParameters()


def test_earlier_are_those_that_ended_newest_first(connection: Connection) -> None:
    for name in "abc":
        finished(connection, name)
    cycles.begin_cycle(connection, "d", "demo", PARAMS)
    found = [cycle.cycle_id for cycle in cycles.earlier_cycles(connection, "demo", "b")]
    assert found == ["c", "a"]


def test_a_strategy_is_promoted_once_a_cycle(connection: Connection) -> None:
    for params in (BacktestParameters(holding_period=5), BacktestParameters(holding_period=21)):
        cycles.promote_strategy(connection, "a", "demo", params, "why")
    # a step is decided once, so it promotes again only after it started over
    assert cycles.strategy_in_force(connection, "demo", before="b") == params
    assert cycles.strategy_in_force(connection, "demo", before="a") is None
    assert connection.execute(text("SELECT count(*) FROM autopilot_strategies")).scalar_one() == 1


def test_the_history_is_bounded(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "KEPT", 3)
    names = [f"c{number}" for number in range(8)]
    # after each, because a later one can hide that one too many was deleted
    for number, name in enumerate(names, start=1):
        finished(connection, name)
        kept = [cycle.cycle_id for cycle in cycles.earlier_cycles(connection, "demo", "")]
        assert kept == names[:number][:-4:-1]
        stored = connection.execute(text("SELECT cycle_id FROM autopilot_decisions")).scalars()
        assert sorted(stored) == sorted(kept)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE autopilot_decisions SET decision = '{'",
        'UPDATE autopilot_decisions SET decision = \'{"step": "nothing"}\'',
        "UPDATE autopilot_cycles SET started_at = '2020-01-01T00:00:00'",
        "UPDATE autopilot_cycles SET params = 'null'",
    ],
)
def test_a_damaged_cycle_is_unavailable(connection: Connection, damage: str) -> None:
    finished(connection, "a")
    connection.execute(text(damage))
    with pytest.raises(Unavailable, match="damaged row"):
        cycles.latest_cycle(connection, "demo")


def test_a_damaged_strategy_is_unavailable(connection: Connection) -> None:
    cycles.promote_strategy(connection, "a", "demo", BacktestParameters(), "why")
    connection.execute(text("UPDATE autopilot_strategies SET params = '{\"years\": 99}'"))
    with pytest.raises(Unavailable, match="autopilot_strategies"):
        cycles.strategy_in_force(connection, "demo", before="")
