"""A report of any number of trades, for what must not depend on its size."""

import random
from datetime import date, timedelta

from contract_tests.kit.examples import REPORT
from quant_engine.domain.reports import BacktestReport, Trade

TICKERS = ("AAPL", "BAC", "GE", "JPM", "XOM")
FIRST = date(1994, 1, 3)
HELD = timedelta(days=14)


def large_report(job_id: str, n_trades: int) -> BacktestReport:
    """Return a report with so many closed trades; it is the same at each call."""
    numbers = random.Random(1)  # noqa: S311 - figures, no secrets
    trades = [_trade(numbers, FIRST + timedelta(days=number // 10)) for number in range(n_trades)]
    days = [FIRST, max([FIRST, *(trade.entry_date for trade in trades)]) + HELD]
    return REPORT.model_copy(
        update={
            "job_id": job_id,
            "tickers": list(TICKERS),
            "first_date": days[0],
            "last_date": days[1],
            "dates": days,
            "equity": [1.0, 1.5],
            "benchmark": [1.0, 1.5],
            "drawdown": [0.0, REPORT.metrics.max_drawdown],
            "metrics": REPORT.metrics.model_copy(update={"n_trades": n_trades}),
            "trades": trades,
        }
    )


def _trade(numbers: random.Random, entered: date) -> Trade:
    price = numbers.uniform(5, 300)
    return Trade(
        ticker=numbers.choice(TICKERS),
        entry_date=entered,
        exit_date=entered + HELD,
        entry_price=price,
        exit_price=price * numbers.uniform(0.9, 1.1),
        shares=numbers.uniform(1, 900),
        predicted_return=numbers.gauss(0.01, 0.01),
        profit=numbers.gauss(0, 500),
        return_fraction=numbers.gauss(0, 0.03),
        cost_bps=5.0,
        holding_days=10,
        exit_reason="holding_period",
    )
