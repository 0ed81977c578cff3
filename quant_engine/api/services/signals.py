"""Reads the latest predictions."""

import asyncio

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus, JobType, PredictJob
from quant_engine.api.schemas.signals import SignalsReport
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import Gone, Unavailable


class SignalsService:
    """Reads the reports of predictions."""

    def __init__(self, store: JobStore, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts

    async def latest(self) -> SignalsReport | None:
        """Return the report of the newest prediction that succeeded; None: there is none.

        Raises:
            Gone: `report_deleted`.
        """
        record = await self._newest()
        if record is None:
            return None
        if record.report_deleted_at is not None:
            raise Gone("The signals of the latest prediction were deleted. Predict again.")
        # a disk may take its time, and thousands of names are parsed
        report = await asyncio.to_thread(self._artifacts.read_signals, record.job_id)
        if report is not None:
            return report
        if await self._newest() == record:
            raise Unavailable("The signals of the latest prediction are missing. Run it again.")
        # they were deleted since
        return await self.latest()

    async def _newest(self) -> PredictJob | None:
        records, _ = await self._store.page(
            status=JobStatus.SUCCEEDED, job_type=JobType.PREDICT, limit=1, before=None
        )
        return next((record for record in records if isinstance(record, PredictJob)), None)
