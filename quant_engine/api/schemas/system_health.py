"""System health: verdicts with their reasons, and the facts and histories that they judge."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from quant_engine.domain.models import STALE_AFTER_DAYS
from quant_engine.domain.reports import stated
from quant_engine.domain.tracking import (
    DisagreementSnapshot,
    ExecutionFill,
    ExecutionQuality,
    IcSnapshot,
)
from quant_engine.domain.units import Days
from quant_engine.domain.work import DataMode, DataSourceName

__all__ = [
    "Check",
    "DataModeReport",
    "DisagreementHistory",
    "DisagreementSnapshot",
    "ExecutionFill",
    "ExecutionQuality",
    "Health",
    "IcHistory",
    "IcSnapshot",
    "ModelAge",
    "Verdict",
]

Verdict = Literal["ok", "degraded", "failing"]
AgeFrom = Literal["now", "last_bar"]


class Check(BaseModel):
    """The result of one health check."""

    model_config = stated("self.status == 'ok' || self.action != null")

    name: str
    status: Verdict
    threshold: str
    reason: str
    action: str | None  #: what to do; null for nothing


class Health(BaseModel):
    """The results of all health checks; `status` is the worst of them."""

    model_config = stated(
        "self.status == (self.checks.exists(each, each.status == 'failing') ? 'failing'"
        " : self.checks.exists(each, each.status == 'degraded') ? 'degraded' : 'ok')",
        "self.checks.all(each, self.checks.exists_one(other, other.name == each.name))",
    )

    status: Verdict
    checks: list[Check]


class ModelAge(BaseModel):
    """The age of the model in use."""

    model_config = ConfigDict(
        json_schema_extra={
            "x-relation": [
                {"rule": "(self.status == 'absent') == (self.version == null)"},
                {"rule": "(self.version == null) == (self.trained_at == null)"},
                {"rule": "(self.version == null) == (self.age_days == null)"},
                {
                    "rule": "self.age_days == null"
                    f" || (self.status == 'stale') == (self.age_days > {STALE_AFTER_DAYS:.1f})"
                },
                {
                    "with": "ModelManifest",
                    "by": "version",
                    "rule": "self.trained_at == other.trained_at"
                    " && (self.relative_to == 'last_bar') == (other.data_mode == 'demo')",
                },
            ]
        }
    )

    version: str | None
    trained_at: AwareDatetime | None
    age_days: Days | None
    relative_to: AgeFrom  #: demo data end in the past, so age counts from there
    status: Literal["fresh", "stale", "absent"]


class DataModeReport(BaseModel):
    """Which data the service computes on."""

    model_config = stated(
        "(self.source == 'demo') == (self.mode == 'demo')",
        "self.first_date <= self.last_date",
        "size(self.tickers) >= 1",
    )

    mode: DataMode
    source: DataSourceName
    tickers: list[str]
    first_date: date
    last_date: date
    fallbacks: list[str]
    survivorship_biased: bool
    status: Literal["fresh", "stale"]


class IcHistory(BaseModel):
    """How well models ranked the names, in the order of recording."""

    snapshots: list[IcSnapshot]


class DisagreementHistory(BaseModel):
    """How far ensemble members disagreed, in the order of recording."""

    snapshots: list[DisagreementSnapshot]
