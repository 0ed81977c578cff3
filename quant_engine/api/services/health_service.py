"""Assembles what system health answers: facts with a verdict, a reason and what to do."""

import logging
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Concatenate, Literal, ParamSpec, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus
from quant_engine.api.services import health_checks as checks
from quant_engine.api.services import tracker_checks
from quant_engine.api.services.data_catalog import DataCatalog
from quant_engine.api.services.health_checks import Check, ModelAge, Subject, Verdict
from quant_engine.database.engine import Database
from quant_engine.database.sqlite import unavailable
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import DataMode, DataSourceName
from quant_engine.models.registry import ModelManifest, ModelRegistry
from quant_engine.tracking.disagreement_tracker import (
    DisagreementSnapshot,
    get_disagreement_history,
)
from quant_engine.tracking.execution_tracker import (
    ExecutionQuality,
    get_execution_quality_summary,
)
from quant_engine.tracking.ic_tracker import IcSnapshot, get_ic_history

P = ParamSpec("P")
T = TypeVar("T")

_WORST: tuple[Verdict, ...] = ("ok", "degraded", "failing")

_log = logging.getLogger(__name__)


class Health(BaseModel):
    """Everything that was looked at; `status` is the worst of them."""

    status: Verdict
    checks: list[Check]


class DataModeReport(BaseModel):
    """Which data the service computes on."""

    mode: DataMode
    source: DataSourceName
    tickers: list[str]
    first_date: date
    last_date: date
    fallbacks: list[str]
    survivorship_biased: bool
    status: Literal["fresh", "stale"]


class IcHistory(BaseModel):
    """How models have ranked, in the order of recording."""

    snapshots: list[IcSnapshot]


class DisagreementHistory(BaseModel):
    """How far ensembles have disagreed, in the order of recording."""

    snapshots: list[DisagreementSnapshot]


class HealthService:
    """Reads the facts anew at each call; an error is raised and never told as data."""

    def __init__(  # noqa: PLR0913 - what the wiring knows, each named
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

    async def model_age(self) -> ModelAge:
        """How old the latest model is; on demo data relative to the last bar.

        Raises:
            Unavailable: the registry cannot be read or parsed.
        """
        latest = self._in_use()
        demo = self._catalog.workspace.data_mode == "demo"
        relative_to: Literal["now", "last_bar"] = "last_bar" if demo else "now"
        if latest is None:
            return ModelAge(
                version=None,
                trained_at=None,
                age_days=None,
                relative_to=relative_to,
                status="absent",
            )
        if demo:
            last_bar = (await self._catalog.manifest()).last_date
            age_days = float((last_bar - latest.last_date).days)
        else:
            age_days = (datetime.now(UTC) - latest.trained_at).total_seconds() / 86_400
        return ModelAge(
            version=latest.version,
            trained_at=latest.trained_at,
            age_days=round(age_days, 3),
            relative_to=relative_to,
            status="stale" if age_days > checks.STALE_AFTER_DAYS else "fresh",
        )

    async def data_mode(self) -> DataModeReport:
        """Which data there are.

        Raises:
            Unavailable: the data cannot be read.
        """
        manifest = await self._catalog.manifest()
        age_days = (datetime.now(UTC).date() - manifest.last_date).days
        return DataModeReport(
            mode=manifest.data_mode,
            source=manifest.source,
            tickers=[item.ticker for item in manifest.tickers],
            first_date=manifest.first_date,
            last_date=manifest.last_date,
            fallbacks=manifest.fallbacks,
            survivorship_biased=manifest.survivorship_biased,
            status="stale" if age_days > checks.DATA_STALE_AFTER_DAYS else "fresh",
        )

    async def ic_history(self) -> IcHistory:
        """What the IC tracker holds.

        Raises:
            DBAPIError, Unavailable: it cannot be read.
        """
        return IcHistory(snapshots=await self._read(get_ic_history))

    async def disagreement_history(self) -> DisagreementHistory:
        """What the disagreement tracker holds.

        Raises:
            DBAPIError, Unavailable: it cannot be read.
        """
        return DisagreementHistory(snapshots=await self._read(get_disagreement_history))

    async def execution_quality(self) -> ExecutionQuality:
        """What the execution tracker holds of the account on these data.

        Raises:
            DBAPIError, Unavailable: it cannot be read.
        """
        account = self._catalog.workspace.data_source
        return await self._read(get_execution_quality_summary, account=account)

    async def health(self) -> Health:
        """Look at everything; a check that itself fails is failing, never ok."""
        found = [
            *await _guarded(self._look_at_data, checks.DATA_FRESHNESS, checks.DATA_GAPS),
            *await _guarded(self._look_at_age, checks.MODEL_AGE),
            *await _guarded(self._look_at_decay, tracker_checks.MODEL_DECAY),
            *await _guarded(self._look_at_trend, tracker_checks.IC_TREND),
            *await _guarded(self._look_at_disagreement, tracker_checks.DISAGREEMENT),
            *await _guarded(self._look_at_cost, tracker_checks.EXECUTION_COST),
            *await _guarded(self._look_at_queue, checks.QUEUE),
            *await _guarded(self._look_at_processes, checks.PROCESSES),
            *await _guarded(self._look_at_disk, checks.DISK),
            *await _guarded(self._look_at_database, checks.DATABASE),
        ]
        status = max((check.status for check in found), key=_WORST.index)
        return Health(status=status, checks=found)

    def _in_use(self) -> ModelManifest | None:
        return self._registry.latest(self._catalog.workspace.data_source)

    async def _look_at_data(self) -> list[Check]:
        manifest = await self._catalog.manifest()
        today = datetime.now(UTC).date()
        return [checks.check_data_freshness(manifest, today), checks.check_data_gaps(manifest)]

    async def _look_at_age(self) -> list[Check]:
        return [checks.check_model_age(await self.model_age())]

    async def _look_at_decay(self) -> list[Check]:
        tracked = await self._read(get_ic_history, limit=tracker_checks.LOOKED_AT)
        return [tracker_checks.check_model_decay(self._in_use(), tracked)]

    async def _look_at_trend(self) -> list[Check]:
        tracked = await self._read(get_ic_history, limit=tracker_checks.LOOKED_AT)
        return [tracker_checks.check_ic_trend(tracked)]

    async def _look_at_disagreement(self) -> list[Check]:
        tracked = await self._read(get_disagreement_history, limit=tracker_checks.LOOKED_AT)
        return [tracker_checks.check_disagreement(self._in_use(), tracked)]

    async def _look_at_cost(self) -> list[Check]:
        return [tracker_checks.check_execution_cost(await self.execution_quality())]

    async def _look_at_queue(self) -> list[Check]:
        waiting = (await self._store.counts())[JobStatus.QUEUED]
        return [checks.check_queue(waiting, self._max_queued)]

    async def _look_at_processes(self) -> list[Check]:
        return [checks.check_processes(self._engine.processes)]

    async def _look_at_disk(self) -> list[Check]:
        return [checks.check_disk(shutil.disk_usage(self._catalog.workspace.home).free)]

    async def _look_at_database(self) -> list[Check]:
        async with self._database.writing():
            # the lock alone: nothing is written for a look
            return [checks.check_database()]

    async def _read(
        self, read: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        async with self._database.reading() as connection:
            return await connection.run_sync(read, *args, **named)


async def _guarded(look: Callable[[], Awaitable[list[Check]]], *subjects: Subject) -> list[Check]:
    try:
        return await look()
    except QuantEngineError as error:
        reason = error.message
    except DBAPIError as error:
        _log.warning("A health check failed: %s", error.orig)
        reason = unavailable(error).message
    except Exception as error:  # noqa: BLE001 - a check that fails is a finding, whatever it raised
        _log.exception("A health check failed")
        reason = f"The check itself failed with {type(error).__name__}."
    return [subject.failing(reason) for subject in subjects]
