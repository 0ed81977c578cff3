"""Reads finished backtests: the list, a report, and its trades as CSV."""

import csv
import io

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.backtests import BacktestItem, BacktestReport, Trade
from quant_engine.api.schemas.jobs import BacktestJob, JobStatus, JobType
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import Conflict, ErrorCode, NotFound, Unavailable


class BacktestsService:
    """Reads the records and reports of backtests."""

    def __init__(self, store: JobStore, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts

    async def page(
        self, *, limit: int, before: int | None
    ) -> tuple[list[BacktestItem], int | None]:
        """List finished backtests, newest first; also return the `before` of the next page."""
        records, more = await self._store.page(
            status=JobStatus.SUCCEEDED, job_type=JobType.BACKTEST, limit=limit, before=before
        )
        return [_item(record) for record in records if isinstance(record, BacktestJob)], more

    async def report(self, job_id: str) -> BacktestReport:
        """Return the report of a finished backtest.

        Raises:
            NotFound: `backtest_not_found`.
            Conflict: `job_not_final`.
        """
        try:
            record = await self._store.get(job_id)
        except NotFound:
            record = None
        if record is None or record.job_type is not JobType.BACKTEST:
            raise NotFound("There is no such backtest.", code=ErrorCode.BACKTEST_NOT_FOUND)
        if not record.status.is_final:
            raise Conflict(
                f"The backtest is {record.status}. Read its report when it has succeeded.",
                code=ErrorCode.JOB_NOT_FINAL,
            )
        if record.status is not JobStatus.SUCCEEDED:
            raise NotFound(
                f"The backtest {record.status} and has no report. Run it again."
                if record.status is JobStatus.FAILED
                else "The backtest was cancelled and has no report. Run it again.",
                code=ErrorCode.BACKTEST_NOT_FOUND,
            )
        try:
            return self._artifacts.read_report(job_id)
        except NotFound as error:
            raise Unavailable(
                "The backtest's report file is missing. Run the backtest again."
            ) from error


def trades_csv(report: BacktestReport) -> str:
    """Write a report's trades as CSV with a header row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Trade.model_fields))
    writer.writeheader()
    writer.writerows(trade.model_dump(mode="json") for trade in report.trades)
    return text.getvalue()


def _item(record: BacktestJob) -> BacktestItem:
    if record.result is None or record.completed_at is None:
        raise Unavailable(f"The record of backtest {record.job_id} is incomplete. Run it again.")
    return BacktestItem(
        job_id=record.job_id,
        completed_at=record.completed_at,
        params=record.params,
        model_version=record.result.model_version,
        first_date=record.result.first_date,
        last_date=record.result.last_date,
        metrics=record.result.metrics,
    )
