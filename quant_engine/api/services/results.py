"""What finished work left: backtests, signals and model versions, assembled for reading."""

import csv
import io
from datetime import date

from pydantic import AwareDatetime, BaseModel

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import BacktestJob, JobStatus, JobType
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import Conflict, ErrorCode, NotFound, Unavailable
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.domain.reports import BacktestReport, Metrics, SignalsReport, Trade
from quant_engine.models.registry import ModelManifest, ModelRegistry


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
    """Some finished backtests, newest first, and where to go on."""

    items: list[BacktestItem]
    next_cursor: str | None


class ModelPage(BaseModel):
    """Some model versions, newest first, and where to go on."""

    items: list[ModelManifest]
    next_cursor: str | None


class ResultsService:
    """Reads what jobs wrote."""

    def __init__(self, store: JobStore, artifacts: Artifacts, registry: ModelRegistry) -> None:
        self._store = store
        self._artifacts = artifacts
        self._registry = registry

    async def backtests(
        self, *, limit: int, before: int | None
    ) -> tuple[list[BacktestItem], int | None]:
        """List finished backtests, newest first; also where the next page begins."""
        records, more = await self._store.page(
            status=JobStatus.SUCCEEDED, job_type=JobType.BACKTEST, limit=limit, before=before
        )
        return [_item(record) for record in records if isinstance(record, BacktestJob)], more

    async def backtest(self, job_id: str) -> BacktestReport:
        """Return the report of a finished backtest.

        Raises:
            NotFound: `backtest_not_found`.
            Conflict: `job_not_final`.
            Unavailable: the report cannot be read or parsed.
        """
        try:
            record = await self._store.get(job_id)
        except NotFound:
            record = None
        if record is None or record.job_type is not JobType.BACKTEST:
            raise NotFound("There is no such backtest.", code=ErrorCode.BACKTEST_NOT_FOUND)
        if not record.status.is_final:
            raise Conflict(
                f"The backtest is {record.status}; its report is there when it has succeeded.",
                code=ErrorCode.JOB_NOT_FINAL,
            )
        if record.status is not JobStatus.SUCCEEDED:
            raise NotFound(
                f"The backtest was {record.status} and left no report.",
                code=ErrorCode.BACKTEST_NOT_FOUND,
            )
        try:
            return self._artifacts.read_report(job_id)
        except NotFound as error:
            raise Unavailable(
                "The backtest's report file is missing. Run the backtest again."
            ) from error

    async def latest_signals(self) -> SignalsReport | None:
        """Return the report of the prediction that was asked for last; None: none has succeeded yet.

        Raises:
            Unavailable: the report cannot be read or parsed.
        """
        records, _ = await self._store.page(
            status=JobStatus.SUCCEEDED, job_type=JobType.PREDICT, limit=1, before=None
        )
        if not records:
            return None
        report = self._artifacts.read_signals(records[0].job_id)
        if report is None:
            raise Unavailable("The signals of the latest prediction are missing. Run it again.")
        return report

    def models(self, *, limit: int, before: str | None) -> tuple[list[ModelManifest], str | None]:
        """List model versions, newest first, older than `before`; also where the next page begins.

        Raises:
            Unavailable: the registry cannot be read or parsed.
        """
        known = self._registry.versions()
        rest = [manifest for manifest in known if before is None or manifest.version < before]
        return rest[:limit], rest[limit - 1].version if len(rest) > limit else None

    def model(self, version: str) -> ModelManifest:
        """Return one version's manifest.

        Raises:
            NotFound: `unknown_version`.
            Unavailable: the registry cannot be read or parsed.
        """
        return self._registry.get(version)


def trades_csv(report: BacktestReport) -> str:
    """Write a report's trades as CSV with a header row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Trade.model_fields))
    writer.writeheader()
    writer.writerows(trade.model_dump(mode="json") for trade in report.trades)
    return text.getvalue()


def _item(record: BacktestJob) -> BacktestItem:
    if record.result is None or record.completed_at is None:
        raise Unavailable(f"What is stored of backtest {record.job_id} is incomplete.")
    return BacktestItem(
        job_id=record.job_id,
        completed_at=record.completed_at,
        params=record.params,
        model_version=record.result.model_version,
        first_date=record.result.first_date,
        last_date=record.result.last_date,
        metrics=record.result.metrics,
    )
