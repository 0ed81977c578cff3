"""The trading rules a second time, as algos of bt; it imports nothing of the code under test."""

from dataclasses import dataclass
from typing import Any

import bt
import numpy as np
import pandas as pd

STOP = 0.10
HAIRCUT = 0.30
BREAKER, PAUSE = 0.20, 20
CALM, WINDOW = 0.15, 20


@dataclass
class Lot:
    """One position."""

    bought_on: int
    shares: float
    price: float


class TradeSignals(bt.Algo):  # type: ignore[misc]  # bt has no types
    """Yesterday's signals, filled at today's close.

    `closes` and `signals` are the frames as the engine gets them; bt itself sees `tradable_prices`.
    """

    def __init__(
        self,
        closes: pd.DataFrame,
        signals: pd.DataFrame,
        *,
        days: int,
        slots: int,
        threshold: float,
        fraction: float,
        risk: bool,
    ) -> None:
        super().__init__()
        self.quotes = closes.to_dict("index")
        self.candidates = [
            sorted((-signal, name) for name, signal in row.items() if signal > threshold)
            for row in signals.to_dict("records")
        ]
        self.day_of = {day: number for number, day in enumerate(closes.index)}
        self.days, self.slots, self.fraction, self.risk = days, slots, fraction, risk
        self.shrink = calmness(closes).to_list() if risk else [1.0] * len(closes)
        self.lots: dict[Any, Lot] = {}
        self.peak, self.paused_until = 0.0, 0
        self.yesterday: dict[Any, float] = {}
        self.trades: list[tuple[Any, ...]] = []
        self.equity: list[float] = []

    def __call__(self, target: bt.Strategy) -> bool:
        today = self.day_of[target.now]
        quotes = self.quotes[target.now]
        if today:
            sold = self.sell(target, today, quotes)
            if today >= self.paused_until:
                self.buy(target, today, quotes, sold)
        self.yesterday = quotes
        self.equity.append(target.value)
        return True

    def sell(self, target: bt.Strategy, today: int, quotes: dict[Any, float]) -> set[str]:
        """Sell every lot that a rule ends; return the names."""
        panic = self.risk and self.alarm(today)
        sold = set()
        for name, lot in list(self.lots.items()):
            if quotes[name] != quotes[name]:
                reason = "price_lost"
            elif panic:
                reason = "drawdown_breaker"
            elif self.risk and self.yesterday[name] <= lot.price * (1 - STOP):
                reason = "stop_loss"
            elif today - lot.bought_on >= self.days:
                reason = "holding_period"
            else:
                continue
            target.transact(-lot.shares, child=name)
            self.trades.append((name, lot.bought_on, today, lot.shares, reason))
            del self.lots[name]
            sold.add(name)
        return sold

    def alarm(self, today: int) -> bool:
        """Whether equity had fallen too far at yesterday's close."""
        self.peak = max(self.peak, self.equity[-1])
        if self.equity[-1] >= self.peak * (1 - BREAKER):
            return False
        self.peak, self.paused_until = 0.0, today + PAUSE
        return True

    def buy(
        self, target: bt.Strategy, today: int, quotes: dict[Any, float], sold: set[str]
    ) -> None:
        """Buy the best names, up to the free slots and the cash."""
        if not self.candidates[today - 1] or len(self.lots) >= self.slots:
            return
        order = self.fraction * self.shrink[today] * target.value
        for _, name in self.candidates[today - 1]:
            if len(self.lots) >= self.slots:
                break
            if name in self.lots or name in sold or quotes[name] != quotes[name]:
                continue
            budget = target.capital / (1 + target.commission_fn(1.0, 1.0))
            if budget < 0.01 * order:
                break
            lot = Lot(today, min(order, budget) / quotes[name], quotes[name])
            target.transact(lot.shares, child=name)
            self.lots[name] = lot


def calmness(closes: pd.DataFrame) -> pd.Series:
    """Factor on the size of each day's orders, from the deviation of the days before."""
    universe = closes.pct_change(fill_method=None).mean(axis=1)
    annual = universe.rolling(WINDOW).std().shift(1) * 252**0.5
    factor: pd.Series = (CALM / annual).clip(upper=1.0).fillna(1.0)
    return factor


def tradable_prices(closes: pd.DataFrame) -> pd.DataFrame:
    """Fill in lost prices: bt refuses a NaN of a held name, so a lost price becomes that of its sale."""
    return closes.fillna(closes.ffill() * (1 - HAIRCUT))


def backtest(
    closes: pd.DataFrame, rules: TradeSignals, *, cost: float, capital: float
) -> tuple[TradeSignals, np.ndarray]:
    """Run bt; returns the algo with its trades and lots, and equity per day."""
    strategy = bt.Strategy("oracle", [rules], children=[bt.Security(name) for name in closes])
    run = bt.Backtest(
        strategy,
        tradable_prices(closes),
        initial_capital=capital,
        commissions=lambda shares, price: abs(shares) * price * cost,
        integer_positions=False,
        progress_bar=False,
    )
    run.run()
    # bt works on a copy of the strategy, and puts a row of its own before the first day.
    return run.strategy.stack.algos[0], run.strategy.values.to_numpy()[1:]  # noqa: PD011 - bt's, not a frame's
