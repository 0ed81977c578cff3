"""Backtests: the list, and a report with its trades."""

from datetime import date

from pydantic import AwareDatetime, BaseModel

from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.reports import (
    BacktestReport,
    BacktestSummary,
    Metrics,
    MonthlyReturn,
    Provenance,
    Trade,
)

__all__ = [
    "BacktestItem",
    "BacktestPage",
    "BacktestParameters",
    "BacktestReport",
    "BacktestSummary",
    "Metrics",
    "MonthlyReturn",
    "Provenance",
    "Trade",
]


class BacktestItem(BaseModel):
    """One finished backtest in a list."""

    job_id: str
    completed_at: AwareDatetime
    params: BacktestParameters
    model_version: str
    first_date: date
    last_date: date
    metrics: Metrics


class BacktestPage(BaseModel):
    """One page of finished backtests, newest first, and the cursor of the next."""

    items: list[BacktestItem]
    next_cursor: str | None
