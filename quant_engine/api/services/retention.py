"""Deletes jobs, reports and models: on request, and by age and size for a service that prunes itself.

What a transaction deleted is gone for every reader; the files follow. A service that dies in between removes them at
its next start.
"""

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from quant_engine.api.jobs.deletions import Unfinished
from quant_engine.api.jobs.rows import timestamp
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import AnyJob, DeletedJob, JobStatus, JobType
from quant_engine.api.schemas.models import DeletedModel
from quant_engine.api.services.autopilot import AutopilotService
from quant_engine.artifacts import Artifacts
from quant_engine.artifacts import Deleted as DeletedFiles
from quant_engine.database.engine import Database
from quant_engine.disk import folder_bytes
from quant_engine.domain.errors import Conflict, ErrorCode, Gone, NotFound, Unavailable
from quant_engine.models.registry import ModelRegistry

PRUNE_SECONDS = 60.0  #: between two rounds of a service that prunes itself
PORTION = 50  #: jobs that are looked up at once
DAY_SECONDS = 86_400.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keep:
    """What a service keeps; None: everything."""

    days: float | None = None  #: jobs that ended since, and models that were trained since
    bytes: float | None = None  #: of the home and the database


class _Results:
    """What jobs computed with each model version, read once for all models of a round."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._through: int | None = None
        self._used: Counter[str] = Counter()

    async def through(self) -> int:
        """Return the position up to which no count can change; later jobs are to be counted again."""
        if self._through is None:
            # first: a job that ends in between is above it
            self._through = await self._store.ended_through()
            self._used = await self._store.count_results()
        return self._through

    async def are_there(self, version: str) -> bool:
        """Whether a version has results."""
        await self.through()
        return self._used[version] > 0


class RetentionService:
    """Deletes what is not needed any more."""

    def __init__(  # noqa: PLR0913 - what it deletes from
        self,
        *,
        store: JobStore,
        database: Database,
        artifacts: Artifacts,
        registry: ModelRegistry,
        autopilot: AutopilotService,
        keep: Keep,
    ) -> None:
        self._store = store
        self._database = database
        self._artifacts = artifacts
        self._registry = registry
        self._autopilot = autopilot
        self._keep = keep

    async def delete_job(self, job_id: str) -> DeletedJob:
        """Delete a final job and everything that belongs to it.

        Raises:
            NotFound: `job_not_found`.
            Conflict: `job_not_final`.
        """
        rows = await self._store.delete(job_id)
        files = await self._remove_files(job_id)
        return DeletedJob(
            job_id=job_id,
            events=rows.events,
            log_lines=rows.log_lines,
            report=files.report,
            signals=files.signals,
        )

    async def delete_report(self, job_id: str) -> AnyJob:
        """Delete the report of a backtest or the signals of a prediction, and keep the record.

        Raises:
            NotFound: `job_not_found`; `not_found` where the job has no report.
            Conflict: `job_not_final`.
            Gone: `report_deleted`.
        """
        # read first: a record that is damaged keeps its report
        await self._store.get(job_id)
        if await self._store.delete_report(job_id) is None:
            self._raise_without_report(await self._store.get(job_id))
        await self._remove_files(job_id)
        return await self._store.get(job_id)

    @staticmethod
    def _raise_without_report(record: AnyJob) -> None:
        if not record.status.is_final:
            raise Conflict(
                f"The job is {record.status} and has no report yet.", code=ErrorCode.JOB_NOT_FINAL
            )
        if getattr(record, "report_deleted_at", None) is not None:
            raise Gone("The report was deleted already.")
        raise NotFound("The job has no report.")

    async def delete_model(self, version: str, *, counted_through: int = 0) -> DeletedModel:
        """Delete a model version that nothing refers to.

        Up to the position `counted_through` the caller has looked: no job computed a result with it.

        Raises:
            NotFound: `unknown_version`.
            Conflict: `model_in_use`.
        """
        self._registry.require(version)
        await self._check_unused(version, counted_through)
        await asyncio.to_thread(self._registry.delete, version)
        return DeletedModel(version=version)

    async def _check_unused(self, version: str, counted_through: int) -> None:
        if version in await self._autopilot.versions_in_force():
            raise _in_use(f"The autopilot trades {version}. Let a cycle promote another one first.")
        for job in await self._store.unfinished():
            if job.version == version or self._may_use(job, version):
                raise _in_use(f"A job that has not ended may use {version}. Try again later.")
        results = await self._store.count_results(after=counted_through)
        if results[version]:
            raise _in_use(
                f"{results[version]} backtests and predictions were computed with {version}. Delete them first."
            )

    def _may_use(self, job: Unfinished, version: str) -> bool:
        """Whether a job uses a version that it does not name: only one that runs does."""
        if job.status != JobStatus.RUNNING:
            return False
        match job.job_type:
            case JobType.AUTOPILOT:
                # a cycle may go on with a version that was never promoted
                return True
            case JobType.TRAIN:
                # it stores its version before it promotes it
                try:
                    trained = self._registry.get(version).trained_at
                    return trained >= datetime.fromisoformat(job.started_at or "")
                except Unavailable:
                    return False
                except (TypeError, ValueError):
                    # a damaged time could be any
                    return True
            case _:
                # what `latest` meant when it started
                return job.version == "latest" and self._registry.is_promoted(version)

    async def _remove_files(self, job_id: str) -> DeletedFiles:
        try:
            files = await asyncio.to_thread(self._artifacts.delete, job_id)
        except Unavailable as error:
            _log.error("The files of the deleted job %s remain for now: %s", job_id, error.message)
            return DeletedFiles(report=False, signals=False)
        await self._store.forget_files([job_id])
        return files

    # a service that prunes itself

    async def run(self) -> None:
        """Prune for as long as the service runs."""
        while True:
            try:
                await self.prune()
            except Exception:  # noqa: BLE001 - the next round may succeed
                _log.exception("Pruning failed; the service tries again later")
            await asyncio.sleep(PRUNE_SECONDS)

    async def prune(self) -> None:
        """Delete what the settings do not keep, and give the space back."""
        await self._remove_leftovers()
        if self._keep.days is not None:
            await self._prune_by_age(self._keep.days)
        if self._keep.bytes is not None:
            await self._prune_by_size(self._keep.bytes)
        given = await self._database.give_back()
        if given:
            _log.info("The database gave %d bytes back to the disk", given)

    async def _remove_leftovers(self) -> None:
        left = await self._store.leftover_files(PORTION)
        while left:
            for job_id in left:
                await self._remove_files(job_id)
            before, left = left, await self._store.leftover_files(PORTION)
            if left == before:
                # they cannot be removed now
                return
        if self._registry.has_deleted():
            await asyncio.to_thread(self._registry.remove_deleted)

    async def _prune_by_age(self, days: float) -> None:
        before = timestamp(-days * DAY_SECONDS)
        trained = datetime.now(UTC) - timedelta(days=days)
        await self._repeat("jobs", lambda _: self._delete_jobs(before=before))
        results = _Results(self._store)
        await self._repeat("models", lambda _: self._delete_models(trained, results))

    async def _prune_by_size(self, limit: float) -> None:
        """Delete reports first, then models that nothing refers to, then jobs; the oldest of each first."""

        async def excess() -> float:
            await self._database.give_back()
            return await asyncio.to_thread(self._size) + await self._database.size() - limit

        now = datetime.now(UTC)
        await self._repeat("reports", self._delete_reports, excess)
        results = _Results(self._store)
        await self._repeat("models", lambda _: self._delete_models(now, results, most=1), excess)
        await self._repeat("jobs", lambda _: self._delete_jobs(), excess)
        if await excess() > 0:
            _log.warning("What must be kept takes more space than QUANT_ENGINE_KEEP_GB")

    async def _repeat(
        self,
        what: str,
        delete: Callable[[float], Awaitable[int]],
        excess: Callable[[], Awaitable[float]] | None = None,
    ) -> None:
        """Delete for as long as there is anything, and too many bytes of it where `excess` counts them."""
        total = 0
        while (too_many := math.inf if excess is None else await excess()) > 0:
            deleted = await delete(too_many)
            total += deleted
            if deleted == 0:
                break
        if total:
            _log.info("Deleted %d %s that the settings do not keep", total, what)

    def _size(self) -> int:
        """Return the bytes of the files that retention may delete, and of those that are stored with them."""
        folders = (self._artifacts.models, self._artifacts.reports, self._artifacts.signals)
        return sum(map(folder_bytes, folders))

    async def _delete_jobs(self, *, before: str | None = None) -> int:
        found = await self._store.oldest(PORTION, before=before)
        for job_id in found:
            # a client may have deleted it
            with suppress(NotFound):
                await self.delete_job(job_id)
        return len(found)

    async def _delete_reports(self, too_many: float) -> int:
        deleted = 0
        for job_id in await self._store.oldest(PORTION, with_report=True):
            if too_many <= 0:
                break
            too_many -= self._artifacts.size(job_id)
            if await self._store.delete_report(job_id) is not None:
                await self._remove_files(job_id)
            deleted += 1
        return deleted

    async def _delete_models(
        self, trained_before: datetime, results: _Results, most: int = PORTION
    ) -> int:
        deleted = 0
        versions = await asyncio.to_thread(self._registry.versions)
        for manifest in sorted(versions, key=lambda each: each.trained_at):
            if deleted == most or manifest.trained_at >= trained_before:
                break
            if await results.are_there(manifest.version):
                continue
            # in use, or deleted by a client
            with suppress(NotFound, Conflict):
                through = await results.through()
                await self.delete_model(manifest.version, counted_through=through)
                deleted += 1
        return deleted


def _in_use(message: str) -> Conflict:
    return Conflict(message, code=ErrorCode.MODEL_IN_USE)
