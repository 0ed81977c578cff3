"""Reads the facts of system health and runs the checks on them."""

import logging
import shutil
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus
from quant_engine.api.schemas.system_health import (
    Check,
    DataModeReport,
    DisagreementHistory,
    ExecutionQuality,
    Health,
    IcHistory,
    ModelAge,
    Verdict,
)
from quant_engine.api.services import health_checks as checks
from quant_engine.api.services import tracker_checks
from quant_engine.api.services.data_catalog import DataCatalog
from quant_engine.api.services.health_checks import HealthCheck
from quant_engine.database.engine import Database
from quant_engine.database.errors import unavailable
from quant_engine.disk import probe_folder
from quant_engine.domain.errors import QuantEngineError
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry
from quant_engine.tracking.disagreement_tracker import get_disagreement_history
from quant_engine.tracking.execution_tracker import get_execution_quality_summary
from quant_engine.tracking.ic_tracker import get_ic_history

P = ParamSpec("P")
T = TypeVar("T")
Run = Callable[[], Awaitable[list[Check]]]

_WORST: tuple[Verdict, ...] = ("ok", "degraded", "failing")

_log = logging.getLogger(__name__)


class HealthService:
    """Reads the facts at each call.

    What cannot be read is `DBAPIError` or `Unavailable`, and never data; only `health` reports it as a check.
    """

    def __init__(  # noqa: PLR0913 - one argument for each part that it reads
        self,
        *,
        database: Database,
        store: JobStore,
        engine: JobEngine,
        catalog: DataCatalog,
        registry: ModelRegistry,
        max_queued: int,
    ) -> None:
        self._database = database
        self._store = store
        self._engine = engine
        self._catalog = catalog
        self._registry = registry
        self._max_queued = max_queued
        #: what reads the facts, and the checks that it reports
        self.checks: tuple[tuple[Run, tuple[HealthCheck, ...]], ...] = (
            (self._check_data, (checks.DATA_FRESHNESS, checks.DATA_GAPS)),
            (self._check_age, (checks.MODEL_AGE,)),
            (self._check_decay, (tracker_checks.MODEL_DECAY,)),
            (self._check_trend, (tracker_checks.IC_TREND,)),
            (self._check_disagreement, (tracker_checks.DISAGREEMENT,)),
            (self._check_cost, (tracker_checks.EXECUTION_COST,)),
            (self._check_queue, (checks.QUEUE,)),
            (self._check_processes, (checks.PROCESSES,)),
            (self._check_disk, (checks.DISK,)),
            (self._check_database, (checks.DATABASE,)),
        )

    async def model_age(self) -> ModelAge:
        """Return the age of the latest model; on demo data relative to the last bar."""
        latest = self._in_use()
        demo = self._catalog.workspace.data_mode == "demo"
        if latest is None:
            return checks.no_model("last_bar" if demo else "now")
        if demo:
            last_bar = (await self._catalog.manifest()).last_date
            age_days = float((last_bar - latest.last_date).days)
        else:
            age_days = (datetime.now(UTC) - latest.trained_at).total_seconds() / 86_400
        return checks.judge_age(latest, age_days, "last_bar" if demo else "now")

    async def data_mode(self) -> DataModeReport:
        """Return which data the service computes on."""
        manifest = await self._catalog.manifest()
        today = datetime.now(UTC).date()
        return DataModeReport(
            mode=manifest.data_mode,
            source=manifest.source,
            tickers=[item.ticker for item in manifest.tickers],
            first_date=manifest.first_date,
            last_date=manifest.last_date,
            fallbacks=manifest.fallbacks,
            survivorship_biased=manifest.survivorship_biased,
            status="stale" if checks.are_stale(manifest, today) else "fresh",
        )

    async def ic_history(self) -> IcHistory:
        """Return the snapshots of the IC tracker."""
        return IcHistory(snapshots=await self._read(get_ic_history))

    async def disagreement_history(self) -> DisagreementHistory:
        """Return the snapshots of the disagreement tracker."""
        return DisagreementHistory(snapshots=await self._read(get_disagreement_history))

    async def execution_quality(self) -> ExecutionQuality:
        """Return the execution costs of the paper account."""
        account = self._catalog.workspace.data_source
        return await self._read(get_execution_quality_summary, account=account)

    async def health(self) -> Health:
        """Run every check; a check that raises is failing, never ok."""
        results = [check for run, declared in self.checks for check in await guarded(run, declared)]
        status = max((check.status for check in results), key=_WORST.index)
        return Health(status=status, checks=results)

    def _in_use(self) -> VersionManifest | None:
        return self._registry.latest(self._catalog.workspace.data_source)

    async def _check_data(self) -> list[Check]:
        manifest = await self._catalog.manifest()
        today = datetime.now(UTC).date()
        return [checks.check_data_freshness(manifest, today), checks.check_data_gaps(manifest)]

    async def _check_age(self) -> list[Check]:
        return [checks.check_model_age(await self.model_age())]

    async def _check_decay(self) -> list[Check]:
        tracked = await self._read(get_ic_history, limit=tracker_checks.CHECKED_SNAPSHOTS)
        return [tracker_checks.check_model_decay(self._in_use(), tracked)]

    async def _check_trend(self) -> list[Check]:
        tracked = await self._read(get_ic_history, limit=tracker_checks.CHECKED_SNAPSHOTS)
        return [tracker_checks.check_ic_trend(tracked)]

    async def _check_disagreement(self) -> list[Check]:
        tracked = await self._read(get_disagreement_history, limit=tracker_checks.CHECKED_SNAPSHOTS)
        return [tracker_checks.check_disagreement(self._in_use(), tracked)]

    async def _check_cost(self) -> list[Check]:
        return [tracker_checks.check_execution_cost(await self.execution_quality())]

    async def _check_queue(self) -> list[Check]:
        waiting = await self._store.count(JobStatus.QUEUED)
        return [checks.check_queue(waiting, self._max_queued)]

    async def _check_processes(self) -> list[Check]:
        return [checks.check_processes(self._engine.processes)]

    async def _check_disk(self) -> list[Check]:
        home = self._catalog.workspace.home
        free_bytes = shutil.disk_usage(home).free
        # a disk with free space may be read-only or above its quota
        probe_folder(home)
        return [checks.check_disk(free_bytes)]

    async def _check_database(self) -> list[Check]:
        await self._database.probe()
        return [checks.check_database()]

    async def _read(
        self, read: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        async with self._database.reading() as connection:
            return await connection.run_sync(read, *args, **named)


async def guarded(run: Run, declared: Sequence[HealthCheck]) -> list[Check]:
    """Run checks; if they raise, each of them is failing."""
    try:
        return await run()
    except QuantEngineError as error:
        reason = error.message
    except DBAPIError as error:
        _log.warning("A health check failed: %s", error.orig)
        reason = unavailable(error).message
    except Exception as error:  # noqa: BLE001 - a check that raises is failing, whatever the error is
        _log.exception("A health check failed")
        reason = f"The check itself failed with {type(error).__name__}."
    return [check.failing(reason) for check in declared]
