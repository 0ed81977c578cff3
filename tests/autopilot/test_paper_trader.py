"""Paper orders computed by hand, and invalid input."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.backtest.engine import Rules, run
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.paper import PaperOrder
from tests.backtest.markets import RULES, always, market, once, prices

from . import paper

ONE = Rules(2, 1, 0.0, 0.5, risk_management=False, cost_bps=100.0)
NONE = np.nan


def test_decided_on_one_close_filled_on_the_next(file: Path) -> None:
    closes = prices(A=[10, 20, 22, 24])
    signals = once(closes)
    first, second, _, last = paper.trade(file, closes, signals, ONE, [1, 2, 3, 4], opening_cash=1e3)
    assert (first.n_sessions, first.n_fills, first.n_pending, first.equity) == (1, 0, 1, 1000)
    assert (second.n_fills, second.n_pending, second.equity) == (1, 0, 995)
    assert (last.n_fills, last.equity, last.as_of) == (1, 1089, closes.index[3].date())
    sell, buy = paper.account(file).fills
    days = [day.date() for day in closes.index]
    assert (buy.side, buy.status, buy.reason) == ("buy", "filled", "entry")
    assert (buy.decided_on, buy.decision_price, buy.predicted_return) == (days[0], 10, 0.05)
    assert (buy.filled_on, buy.fill_price, buy.shares, buy.fee) == (days[1], 20, 25, 5)
    assert buy.order_id == f"demo-{days[0]}-buy-A"
    assert (sell.side, sell.reason, sell.predicted_return) == ("sell", "holding_period", None)
    assert (sell.decided_on, sell.decision_price) == (days[2], 22)
    assert (sell.filled_on, sell.fill_price, sell.shares, sell.fee) == (days[3], 24, 25, 6)


def test_each_fill_is_recorded_by_the_execution_tracker(file: Path) -> None:
    closes = prices(A=[10, 20, 22, 11])
    paper.trade(file, closes, once(closes), ONE)
    buy, sell = paper.rows(file, "execution_fills")
    # bought at double the price that was decided on, sold at half of it: both are worse
    assert (buy["side"], buy["shortfall_bps"], buy["cost_bps"]) == ("buy", 10_000, 100)
    assert (sell["side"], sell["shortfall_bps"], sell["cost_bps"]) == ("sell", 5_000, 100)
    orders = {row["order_id"]: row for row in paper.rows(file, "paper_orders")}
    for fill in (buy, sell):
        assert fill.items() >= {
            (name, orders[fill["order_id"]][name])
            for name in ("decision_price", "fill_price", "decided_on", "filled_on", "shares")
        }


def test_an_order_that_is_not_filled_expires(file: Path) -> None:
    closes = prices(A=[10, 10, 10], B=[10, 10, 10], C=[10, NONE, 10])
    paper.trade(file, closes, once(closes), ONE)
    found = paper.account(file)
    assert [position.ticker for position in found.positions] == ["A"]
    assert found.pending == []
    assert [row["order_id"][-5:] for row in paper.rows(file, "paper_orders")] == ["buy-A"]


def test_an_order_that_the_cash_cannot_pay_for_is_partial(file: Path) -> None:
    closes = prices(A=[10, 10], B=[10, 10], C=[10, 10])
    paper.trade(file, closes, always(closes), replace(ONE, max_positions=3), opening_cash=1e3)
    *_, short, full = paper.account(file).fills
    assert (full.status, full.wanted_shares, full.shares) == ("filled", 50, 50)
    assert (short.status, short.wanted_shares) == ("partial", 50)
    assert short.shares == pytest.approx(495 / 10.1)
    assert len(paper.account(file).fills) == 2, "no order of dust"


def test_new_rules_decide_from_now_on_and_fill_what_they_decided(file: Path) -> None:
    closes, signals = prices(A=[10.0] * 4, B=[10.0] * 4), always(prices(A=[0.0] * 4, B=[0.0] * 4))
    signals.loc[signals.index[0], "B"] = signals.loc[signals.index[1], "A"] = NONE
    old = Rules(9, 9, 0.0, 0.1, risk_management=False, cost_bps=10.0)
    new = replace(old, position_size=0.2, cost_bps=100.0)
    paper.trade(file, closes, signals, old, [1], opening_cash=1e3)
    paper.trade(file, closes, signals, new, [2], model_version="v2")
    found = paper.account(file)
    # A was decided under the old rules, B waits under the new ones
    assert [(fill.ticker, fill.shares) for fill in found.fills] == [("A", 10)]
    assert found.fills[0].fee == pytest.approx(0.1)
    assert [order.ticker for order in found.pending] == ["B"]
    assert (found.model_version, found.rules.cost_bps) == ("v2", 100)
    paper.trade(file, closes, signals, replace(old, holding_period=1), [3])
    bought = paper.account(file).fills[0]
    assert bought.ticker == "B"
    assert bought.fee == pytest.approx(bought.shares * 10 * 0.01)
    assert bought.shares * 10 == pytest.approx(0.2 * 999.9)
    # the holding period of the day before: it ends both only now
    assert len(paper.account(file).positions) == 2
    paper.trade(file, closes, signals, old, [4])
    assert {fill.side for fill in paper.account(file).fills[:2]} == {"sell"}
    costs = [row["cost_bps"] for row in paper.rows(file, "execution_fills")]
    assert costs == [10, 100, 10, 10]


def test_the_breaker_of_new_rules_begins_afresh(file: Path) -> None:
    closes = prices(A=[100.0, 100.0, 50.0, 50.0, 50.0, 50.0])
    quiet = Rules(9, 1, 0.0, 1.0, risk_management=False, cost_bps=0.0)
    paper.trade(file, closes, once(closes), quiet, [3])
    # half was lost before the new rules applied
    paper.trade(file, closes, once(closes), replace(quiet, risk_management=True), [4, 5])
    assert {fill.reason for fill in paper.account(file).fills} == {"entry", "stop_loss"}


def test_the_same_day_twice_changes_nothing(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    (first,) = paper.trade(file, closes, signals, RULES, [30])
    before = paper.dump(file)
    (again,) = paper.trade(file, closes, signals, replace(RULES, cost_bps=0.0), [30])
    assert again == first._replace(n_sessions=0, n_fills=0)
    assert paper.dump(file) == before


def test_closes_that_end_before_the_ledger_change_nothing(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    (first,) = paper.trade(file, closes, signals, RULES, [30])
    before = paper.dump(file)
    (again,) = paper.trade(file, closes, signals, RULES, [10])
    assert (again.n_sessions, again.equity, again.as_of) == (0, first.equity, first.as_of)
    assert paper.dump(file) == before


def test_a_session_inserted_in_the_past_is_skipped(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    less = closes.index.delete(10)
    paper.trade(file, closes.loc[less], signals.loc[less], RULES, [30])
    paper.trade(file, closes, signals, RULES)
    assert paper.account(file).dates == [day.date() for day in less]


def test_a_delisted_position_is_sold_at_a_loss(file: Path) -> None:
    closes, signals = market(1, 20, 4)
    held = run(closes[:12], signals[:12], RULES, paper.CASH).trades[-1]
    assert held.exit_reason == "open"
    paper.trade(file, closes, signals, RULES, [12])
    names = closes.columns.drop(held.ticker)
    paper.trade(file, closes[names], signals[names], RULES, range(13, 21))
    # as the backtest has it when the price ends there
    closes.loc[closes.index[12:], held.ticker] = NONE
    signals.loc[signals.index[11:], held.ticker] = NONE
    expected = run(closes, signals, RULES, paper.CASH)
    lost = next(t for t in expected.trades if t.exit_reason == "price_lost")
    assert (lost.ticker, lost.profit < 0) == (held.ticker, True)
    found = paper.account(file)
    assert (found.trades, found.equity_curve) == (expected.trades, expected.equity.tolist())


def test_a_day_without_any_price_is_a_loss_of_all(file: Path) -> None:
    closes, signals = prices(A=[10, 10, NONE, 10], B=[10, 10, NONE, 10]), None
    signals = once(closes)
    paper.trade(file, closes, signals, RULES, [1, 2, 3, 4])
    found = paper.account(file)
    assert {trade.exit_reason for trade in found.trades} == {"price_lost"}
    assert found.equity_curve == run(closes, signals, RULES, paper.CASH).equity.tolist()


def test_a_name_without_any_price_so_far_is_not_ordered(file: Path) -> None:
    closes = prices(A=[10, 10, 10], B=[NONE, 10, 10], C=[10, NONE, NONE])
    paper.trade(file, closes, always(closes), RULES, [1])
    assert [order.ticker for order in paper.account(file).pending] == ["A", "C"]
    paper.trade(file, closes, always(closes), RULES, [2])
    # C is decided at its last price
    pending: list[PaperOrder] = paper.account(file).pending
    assert [(order.ticker, order.decision_price) for order in pending] == [
        ("A", 10),
        ("B", 10),
        ("C", 10),
    ]


GOOD = prices(A=[10, 11, 12], B=[20, 21, 22])


@pytest.mark.parametrize(
    ("closes", "message"),
    [
        (GOOD[:0], "closes is empty"),
        (GOOD[[]], "closes is empty"),
        (GOOD * NONE, "no price at all"),
        (GOOD * -1, "not positive"),
        (GOOD * np.inf, "infinite"),
        (GOOD[::-1], "oldest first"),
    ],
)
@pytest.mark.parametrize("opened", [False, True])
def test_malformed_frames_are_refused(
    file: Path, closes: pd.DataFrame, message: str, opened: bool
) -> None:
    paper.trade(file, GOOD, GOOD, RULES, [1] if opened else [])
    before = paper.dump(file)
    with pytest.raises(ValueError, match=message):
        paper.trade(file, closes, closes, RULES)
    assert paper.dump(file) == before


@pytest.mark.parametrize("cash", [0.0, -1.0, NONE, np.inf])
def test_an_account_opens_with_money(file: Path, cash: float) -> None:
    with pytest.raises(ValueError, match="opening_cash"):
        paper.trade(file, GOOD, GOOD, RULES, opening_cash=cash)


def test_costs_beyond_all_value_are_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="cost_bps"):
        paper.trade(file, GOOD, GOOD, replace(RULES, cost_bps=10_000.0))


def test_a_preview_equals_trading_and_writes_nothing(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    with BlockingDatabase(paper.url(file)) as database:
        trader = PaperTrader(database, "demo")
        for begin, end in ((0, 20), (20, 60)):
            before = paper.dump(file)
            preview = trader.preview(closes[:end], signals[:end], RULES, model_version="v1")
            assert paper.dump(file) == before
            assert preview.n_sessions == end - begin
            done = trader.trade(closes[:end], signals[:end], RULES, model_version="v1")
            assert preview == done
    none = PaperTrader(None, "demo")
    # the account of the database traded the same sessions
    assert none.preview(closes, signals, RULES, model_version="v1").equity == done.equity
    with pytest.raises(ValueError, match="database"):
        none.trade(closes, signals, RULES, model_version="v1")


def test_accounts_are_independent(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    paper.trade(file, closes, signals, RULES)
    before = paper.account(file)
    with BlockingDatabase(paper.url(file)) as database:
        PaperTrader(database, "files").trade(closes, signals, RULES, model_version="v1")
    assert paper.account(file) == before
