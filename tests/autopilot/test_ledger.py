"""The ledger is consistent from its rows alone."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Table, update

from quant_engine.autopilot import ledger
from quant_engine.autopilot.accounts import paper_accounts, paper_positions
from quant_engine.autopilot.ledger import count_since, read_paper
from quant_engine.backtest.engine import Rules
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.file import FileDatabase
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.paper import PaperAccount

from . import paper

RULES = Rules(6, 4, 0.0, 0.4, risk_management=False, cost_bps=7.3)


@pytest.mark.parametrize("risk_management", [False, True])
def test_cash_and_positions_are_the_equity_at_every_step(file: Path, risk_management: bool) -> None:
    closes, signals = paper.rough_market(3)
    rules = replace(RULES, risk_management=risk_management)
    for _ in paper.trading(file, closes, signals, rules, range(1, len(closes) + 1)):
        positions = paper.rows(file, "paper_positions")
        (account,) = paper.rows(file, "paper_accounts")
        session = max(paper.rows(file, "paper_sessions"), key=lambda row: row["number"])
        assert session["cash"] == account["cash"] >= 0
        assert session["cash"] + session["invested"] == session["equity"]
        value = sum(row["shares"] * row["last_price"] for row in positions)
        assert value == pytest.approx(session["invested"], rel=1e-12)
        assert len(positions) <= rules.max_positions


def test_the_orders_alone_give_the_cash_and_the_positions(file: Path) -> None:
    paper.trade(file, *paper.rough_market(4), RULES)
    cash, held = paper.CASH, defaultdict[str, float](float)
    orders = [row for row in paper.rows(file, "paper_orders") if row["status"] != "pending"]
    assert len({row["order_id"] for row in orders}) == len(orders) > 20
    for session in paper.rows(file, "paper_sessions"):
        traded = 0.0
        for row in (row for row in orders if row["number"] == session["number"]):
            worth, sign = row["shares"] * row["fill_price"], 1 if row["side"] == "buy" else -1
            cash -= sign * worth + row["fee"]
            held[row["ticker"]] += sign * row["shares"]
            traded += worth
        assert cash == pytest.approx(session["cash"], rel=1e-9, abs=1e-6)
        assert traded == pytest.approx(session["traded"], rel=1e-12)
        assert min(held.values(), default=0.0) >= 0
    left = {ticker: shares for ticker, shares in held.items() if shares}
    positions = paper.rows(file, "paper_positions")
    assert left == {row["ticker"]: row["shares"] for row in positions}


def test_profits_add_up_to_the_change_of_equity(file: Path) -> None:
    paper.trade(file, *paper.rough_market(4), RULES)
    found = paper.account(file)
    assert (found.cash + found.invested, found.equity_curve[-1]) == (found.equity, found.equity)
    profit = sum(trade.profit for trade in found.trades)
    assert found.equity - found.initial_cash == pytest.approx(profit, abs=1e-6)
    assert PaperAccount.model_validate_json(found.model_dump_json()) == found


def test_fills_are_the_newest_first_and_bounded(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.trade(file, *paper.rough_market(4), RULES)
    everything = paper.account(file).fills
    assert [fill.number for fill in everything] == sorted(
        (fill.number for fill in everything), reverse=True
    )
    monkeypatch.setattr(ledger, "SHOWN", 5)
    found = paper.account(file)
    assert found.fills == everything[:5]
    assert len(found.trades) > 5


def test_counts_after_a_day(file: Path) -> None:
    paper.trade(file, *paper.rough_market(4), RULES)
    found = paper.account(file)
    since = found.dates[40]
    late = [fill for fill in found.fills if fill.filled_on > since]
    with BlockingDatabase(paper.url(file)) as database, database.reading() as connection:
        assert count_since(connection, "demo", None) == (60, len(found.fills))
        assert count_since(connection, "demo", since) == (19, len(late))
        assert count_since(connection, "demo", date(2999, 1, 1)) == (0, 0)
        assert count_since(connection, "other", None) == (0, 0)


async def test_the_service_reads_it_beside_a_trader(file: Path) -> None:
    closes, signals = paper.rough_market(4)
    database = FileDatabase(paper.url(file))
    await database.open()
    async with database.reading() as connection:
        assert await connection.run_sync(read_paper, "demo") is None
    paper.trade(file, closes, signals, RULES)
    async with database.reading() as connection:
        assert await connection.run_sync(read_paper, "demo") == paper.account(file)
    await database.close()


@pytest.mark.parametrize(
    ("table", "damage"), [(paper_positions, {"shares": -1.0}), (paper_accounts, {"rules": "{"})]
)
def test_a_damaged_row_is_an_error(file: Path, table: Table, damage: dict[str, object]) -> None:
    paper.trade(file, *paper.rough_market(4), RULES)
    with BlockingDatabase(paper.url(file)) as database:
        with database.writing() as connection:
            connection.execute(update(table).values(damage))
        message = f"{table.name} has a damaged row"
        with database.reading() as connection, pytest.raises(Unavailable, match=message):
            read_paper(connection, "demo")
