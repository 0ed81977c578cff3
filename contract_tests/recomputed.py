"""A second source for figures that follow from other fields of the same value: computed here, from their definitions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from wirelaw.contract.document import Node

SESSIONS_PER_YEAR = 252
NO_VOLATILITY = 1e-12  #: a ratio over less means nothing
Figures = dict[str, Any]  #: by dotted path; null, also for a path that must lead nowhere
STEPS = ("refresh", "score", "retrain", "candidates", "promote", "trade")


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
        **_traded_value(report),
        **_held(report["dates"], report["trades"]),
    }


def _held(dates: list[str], trades: list[Node]) -> Figures:
    """Count the sessions from each entry to its exit, or to the last session."""
    number = {date: index for index, date in enumerate(dates)}
    figures: Figures = {}
    for index, trade in enumerate(trades):
        begin, end = number.get(trade["entry_date"]), number.get(trade["exit_date"] or dates[-1])
        held = None if begin is None or end is None else end - begin
        figures[f"trades.{index}.holding_days"] = held
    return figures


def _traded_value(report: Node) -> Figures:
    """Follow the account: what was bought and sold, and what remains of the first close."""
    curve, trades = report["equity"], report["trades"]
    if not trades:
        return {"metrics.exposure": 0.0, "metrics.turnover": 0.0 if len(curve) > 1 else None}
    bought = sum(trade["shares"] * trade["entry_price"] for trade in trades)
    sold = sum(
        trade["shares"] * trade["exit_price"] for trade in trades if trade["exit_reason"] != "open"
    )
    years = (len(curve) - 1) / SESSIONS_PER_YEAR
    return {
        "metrics.turnover": (bought + sold) / years / float(np.mean(curve)),
        f"equity.{len(curve) - 1}": curve[0] + sum(trade["profit"] for trade in trades),
    }


def _months(report: Node) -> Figures:
    """A month's return counts from the last close of the month before; the first from the first close."""
    last = report["equity"][0]
    closes: dict[str, float] = {}
    for date, equity in zip(report["dates"], report["equity"], strict=True):
        closes[date[:7]] = equity
    figures: Figures = {}
    for index, (month, close) in enumerate(closes.items()):
        place = f"monthly_returns.{index}"
        figures[f"{place}.return_fraction"] = close / last - 1 if last else 0.0
        figures[f"{place}.year"], figures[f"{place}.month"] = map(int, month.split("-"))
        last = close
    return {**figures, f"monthly_returns.{len(closes)}": None}


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
        **_held(account["dates"], account["trades"]),
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


def _shares_of_one(score: Node) -> Figures:
    """Compute the last share from the others, if any of them is not 0."""
    shares = [each["importance"] for each in score["importance"]]
    if not any(shares):
        return {}
    return {f"importance.{len(shares) - 1}.importance": 1.0 - sum(shares[:-1])}


def _cycle(cycle: Node) -> Figures:
    return {f"decisions.{index}.step": STEPS[index] for index in range(len(cycle["decisions"]))}


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


def _paper_fill(fill: Node) -> Figures:
    return {} if fill["status"] == "partial" else {"shares": fill["wanted_shares"]}


def _fill(fill: Node) -> Figures:
    sign = 1 if fill["side"] == "buy" else -1
    return {"shortfall_bps": sign * (fill["fill_price"] / fill["decision_price"] - 1) * 10_000}


#: by component: dotted paths with their values
RECOMPUTED: dict[str, Callable[[Any], Figures]] = {
    "AutopilotCycle": _cycle,
    "BacktestReport": _report,
    "ExecutionFill": _fill,
    "ExecutionQuality": _quality,
    "HorizonScore": _shares_of_one,
    "PaperAccount": _account,
    "PaperFill": _paper_fill,
    "Trade": _trade,
}
