"""Backtests: the list, and a report with its trades."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

from quant_engine.api.schemas.paging import Cursor
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

    model_config = ConfigDict(
        json_schema_extra={
            "x-identity": {"key": ["job_id"], "set_later": ["report_deleted_at"]},
            "x-relation": [
                {
                    "with": "BacktestReport",
                    "by": "job_id",
                    "rule": "self.params == other.params && self.metrics == other.metrics"
                    " && self.model_version == other.provenance.model_version"
                    " && self.first_date == other.first_date && self.last_date == other.last_date",
                },
                {
                    "with": "BacktestJob",
                    "by": "job_id",
                    "rule": "other.completed_at == null || self.completed_at == other.completed_at",
                },
            ],
        }
    )

    job_id: str
    completed_at: AwareDatetime
    params: BacktestParameters
    model_version: str
    first_date: date
    last_date: date
    metrics: Metrics
    report_deleted_at: AwareDatetime | None


class BacktestPage(BaseModel):
    """One page of finished backtests, newest first, and the cursor of the next."""

    items: list[BacktestItem]
    next_cursor: Cursor | None
