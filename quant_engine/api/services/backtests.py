"""Reads finished backtests: the list, a report, and its trades as CSV."""

import asyncio
import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterator

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.backtests import BacktestItem, Trade
from quant_engine.api.schemas.jobs import BacktestJob, JobStatus, JobType
from quant_engine.artifacts import Artifacts, StoredReport
from quant_engine.domain.errors import Conflict, ErrorCode, Gone, NotFound, Unavailable


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

    async def report(self, job_id: str, has_left: Callable[[], Awaitable[bool]]) -> StoredReport:
        """Return the report of a finished backtest, for a client that may leave before it is checked.

        Raises:
            NotFound: `backtest_not_found`.
            Conflict: `job_not_final`.
            Gone: `report_deleted`.
        """
        await self._check_report(job_id)
        steps = self._artifacts.open_report(job_id)
        try:
            # one step at a time: whether the client leaves or the service stops, no more than one is in vain
            while (report := await asyncio.to_thread(next, steps)) is None:
                if await has_left():
                    raise Unavailable("The client has left.")
        except NotFound as error:
            # it may have been deleted since
            await self._check_report(job_id)
            raise Unavailable(
                "The backtest's report file is missing. Run the backtest again."
            ) from error
        return report

    async def _check_report(self, job_id: str) -> None:
        try:
            record = await self._store.get(job_id)
        except NotFound:
            record = None
        if not isinstance(record, BacktestJob):
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
        if record.report_deleted_at is not None:
            raise Gone(
                f"The report was deleted on {record.report_deleted_at:%Y-%m-%d} to free space. Run the backtest again."
            )


def trades_csv(report: StoredReport) -> Iterator[str]:
    """Write a report's trades as CSV with a header row, in portions."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Trade.model_fields))
    writer.writeheader()
    for trades in report.trades():
        writer.writerows(json.loads(trades))
        yield text.getvalue()
        text.seek(0)
        text.truncate()


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
        report_deleted_at=record.report_deleted_at,
    )
