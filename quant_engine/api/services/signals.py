"""Reads the latest predictions."""

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus, JobType
from quant_engine.api.schemas.signals import SignalsReport
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import Unavailable


class SignalsService:
    """Reads the reports of predictions."""

    def __init__(self, store: JobStore, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts

    async def latest(self) -> SignalsReport | None:
        """Return the report of the newest prediction that succeeded; None: there is none."""
        records, _ = await self._store.page(
            status=JobStatus.SUCCEEDED, job_type=JobType.PREDICT, limit=1, before=None
        )
        if not records:
            return None
        report = self._artifacts.read_signals(records[0].job_id)
        if report is None:
            raise Unavailable("The signals of the latest prediction are missing. Run it again.")
        return report
