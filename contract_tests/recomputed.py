"""A second source for figures that follow from other fields of the same value: computed here, from their definitions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from contract_tests.document import Node

SESSIONS_PER_YEAR = 252
NO_VOLATILITY = 1e-12  #: a ratio over less means nothing
Figures = dict[str, float | None]


def _curve(equity: list[float]) -> Figures:
    """Compute the figures of a curve of daily closes, from the definitions in docs/decisions/0002-backtest-rules.md."""
    curve = np.array(equity)
    before = curve[:-1]
    returns = np.divide(np.diff(curve), before, out=np.zeros(len(before)), where=before > 0)
    n, year = len(returns), SESSIONS_PER_YEAR
    growth = curve[-1] / curve[0]
    cagr = growth ** (year / n) - 1 if n else None
    deviation = float(np.sqrt(((returns - returns.mean()) ** 2).sum() / (n - 1))) if n > 1 else None
    downside = float(np.sqrt((np.minimum(returns, 0) ** 2).mean() * year)) if n else 0.0
    drawdown = float((curve / np.maximum.accumulate(curve) - 1).min())
    figures: Figures = {"total_return": growth - 1, "max_drawdown": drawdown, "cagr": cagr}
    figures["volatility"] = None if deviation is None else deviation * year**0.5
    if deviation is not None and deviation > NO_VOLATILITY:
        figures["sharpe"] = returns.mean() / deviation * year**0.5
    if downside > 0 and deviation is not None and deviation > NO_VOLATILITY:
        figures["sortino"] = returns.mean() * year / downside
    if cagr is not None and drawdown < 0:
        figures["calmar"] = cagr / -drawdown
    return figures


def _report(report: Node) -> Figures:
    closed = [trade for trade in report["trades"] if trade["exit_reason"] != "open"]
    won = [trade["profit"] > 0 for trade in closed]
    curve = np.array(report["equity"])
    return {
        **{f"metrics.{name}": value for name, value in _curve(report["equity"]).items()},
        **{
            f"benchmark_metrics.{name}": value
            for name, value in _curve(report["benchmark"]).items()
        },
        "metrics.hit_rate": sum(won) / len(won) if won else None,
        **{
            f"drawdown.{index}": value
            for index, value in enumerate(curve / np.maximum.accumulate(curve) - 1)
        },
        **_months(report),
    }


def _months(report: Node) -> Figures:
    """A month's return counts from the last close of the month before; the first from the first close."""
    last = report["equity"][0]
    closes: dict[str, float] = {}
    for date, equity in zip(report["dates"], report["equity"], strict=True):
        closes[date[:7]] = equity
    figures: Figures = {}
    for index, close in enumerate(closes.values()):
        figures[f"monthly_returns.{index}.return_fraction"] = close / last - 1 if last else 0.0
        last = close
    return figures


def _trade(trade: Node) -> Figures:
    rate = trade["cost_bps"] / 10_000
    paid = trade["shares"] * trade["entry_price"] * (1 + rate)
    # an open position is marked to market, and pays when it is sold
    fee = 0.0 if trade["exit_reason"] == "open" else rate
    received = trade["shares"] * trade["exit_price"] * (1 - fee)
    return {"profit": received - paid, "return_fraction": received / paid - 1}


def _account(account: Node) -> Figures:
    invested = sum(each["shares"] * each["last_price"] for each in account["positions"])
    return {
        "invested": invested,
        "equity": account["cash"] + account["invested"],
        f"equity_curve.{len(account['equity_curve']) - 1}": account["equity"],
        **{
            f"trades.{index}.{name}": value
            for index, trade in enumerate(account["trades"])
            for name, value in _traded(account, trade)
        },
    }


def _traded(account: Node, trade: Node) -> Iterator[tuple[str, float]]:
    """Yield the values of a trade that its fills and its position have; the account shows its newest fills alone."""
    for fill in account["fills"]:
        if (fill["ticker"], fill["filled_on"]) == (trade["ticker"], trade["entry_date"]):
            yield "shares", fill["shares"]
            yield "entry_price", fill["fill_price"]
            yield "predicted_return", fill["predicted_return"]
        if (fill["ticker"], fill["filled_on"]) == (trade["ticker"], trade["exit_date"]):
            yield "exit_price", fill["fill_price"]
    for position in account["positions"]:
        if position["ticker"] == trade["ticker"] and trade["exit_reason"] == "open":
            yield "exit_price", position["last_price"]
            for name in ("shares", "entry_price", "predicted_return"):
                yield name, position[name]


def _quality(quality: Node) -> Figures:
    shortfalls = [each["shortfall_bps"] for each in quality["fills"]]
    if len(shortfalls) < max(quality["n_fills"], 1):
        # it shows the newest alone
        return {}
    figures: Figures = {
        "mean_shortfall_bps": float(np.mean(shortfalls)),
        "assumed_cost_bps": float(np.mean([each["cost_bps"] for each in quality["fills"]])),
    }
    if len(shortfalls) > 1:
        error = float(np.std(shortfalls, ddof=1)) / len(shortfalls) ** 0.5
        figures["standard_error_bps"] = error
    return figures


def _fill(fill: Node) -> Figures:
    sign = 1 if fill["side"] == "buy" else -1
    return {"shortfall_bps": sign * (fill["fill_price"] / fill["decision_price"] - 1) * 10_000}


#: by component: dotted paths with their values
RECOMPUTED: dict[str, Callable[[Any], Figures]] = {
    "BacktestReport": _report,
    "ExecutionFill": _fill,
    "ExecutionQuality": _quality,
    "PaperAccount": _account,
    "Trade": _trade,
}
