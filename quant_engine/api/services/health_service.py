"""Assembles what system health answers: facts with a verdict, a reason and what to do."""

import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, FiniteFloat

from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import JobStatus
from quant_engine.api.services.data_catalog import DataCatalog
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import DataMode, DataSourceName
from quant_engine.models.registry import ModelRegistry

STALE_AFTER_DAYS = 90  #: a model older than a quarter is stale
DATA_STALE_AFTER_DAYS = 7
LOW_DISK_BYTES = 1_000_000_000
NO_DISK_BYTES = 100_000_000

Verdict = Literal["ok", "degraded", "failing"]
_WORST: tuple[Verdict, ...] = ("ok", "degraded", "failing")


class Check(BaseModel):
    """One thing that was looked at."""

    name: str
    status: Verdict
    reason: str
    action: str | None  #: what to do; null where there is nothing to do


class Health(BaseModel):
    """Everything that was looked at; `status` is the worst of them."""

    status: Verdict
    checks: list[Check]


class ModelAge(BaseModel):
    """How old the model in use is."""

    version: str | None
    trained_at: AwareDatetime | None
    age_days: FiniteFloat | None
    relative_to: Literal["now", "last_bar"]  #: demo data end in the past, so age counts from there
    status: Literal["fresh", "stale", "absent"]


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


class HealthService:
    """Reads the facts anew at each call; an error is raised and never told as data."""

    def __init__(
        self,
        *,
        store: JobStore,
        engine: JobEngine,
        catalog: DataCatalog,
        registry: ModelRegistry,
        max_queued: int,
    ) -> None:
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
        latest = self._registry.latest()
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
            status="stale" if age_days > STALE_AFTER_DAYS else "fresh",
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
            status="stale" if age_days > DATA_STALE_AFTER_DAYS else "fresh",
        )

    async def health(self) -> Health:
        """Look at everything; a check that itself fails is failing, never ok."""
        checks = [
            await _guarded("database", self._database),
            await _guarded("queue", self._queue),
            await _guarded("processes", self._processes),
            await _guarded("disk", self._disk),
            await _guarded("data", self._data),
            await _guarded("model", self._model),
        ]
        status = max((check.status for check in checks), key=_WORST.index)
        return Health(status=status, checks=checks)

    async def _database(self) -> Check:
        await self._store.counts()
        return Check(name="database", status="ok", reason="It answers.", action=None)

    async def _queue(self) -> Check:
        waiting = (await self._store.counts())[JobStatus.QUEUED]
        reason = f"{waiting} of at most {self._max_queued} jobs wait."
        if waiting >= self._max_queued:
            action = "Wait, cancel queued jobs, or raise QUANT_ENGINE_WORKERS."
            return Check(name="queue", status="failing", reason=reason, action=action)
        if waiting * 2 > self._max_queued:
            action = "More work comes in than is done; think of more QUANT_ENGINE_WORKERS."
            return Check(name="queue", status="degraded", reason=reason, action=action)
        return Check(name="queue", status="ok", reason=reason, action=None)

    async def _processes(self) -> Check:
        ready = self._engine.processes
        if ready == 0:
            return Check(
                name="processes",
                status="degraded",
                reason="No job process is ready; they start in the first seconds of a service.",
                action="If this stays, see the log for why job processes cannot start.",
            )
        reason = f"{ready} job processes are ready or at work."
        return Check(name="processes", status="ok", reason=reason, action=None)

    async def _disk(self) -> Check:
        free = shutil.disk_usage(self._catalog.workspace.home).free
        reason = f"{free / 1e9:.1f} GB are free."
        if free < LOW_DISK_BYTES:
            action = "Free some space, or move QUANT_ENGINE_HOME to a larger disk."
            status: Verdict = "failing" if free < NO_DISK_BYTES else "degraded"
            return Check(name="disk", status=status, reason=reason, action=action)
        return Check(name="disk", status="ok", reason=reason, action=None)

    async def _data(self) -> Check:
        manifest = await self._catalog.manifest()
        reason = f"{len(manifest.tickers)} names, {manifest.first_date} to {manifest.last_date}."
        if manifest.problems:
            found = f"{reason} {len(manifest.problems)} problems, the first: {manifest.problems[0]}"
            action = "Mend the files of the data source."
            return Check(name="data", status="degraded", reason=found, action=action)
        if manifest.data_mode == "demo":
            return Check(
                name="data",
                status="ok",
                reason=f"{reason} Demo data: survivorship-biased, not for investment.",
                action="Bring your own with QUANT_ENGINE_DATA_SOURCE=files.",
            )
        return Check(name="data", status="ok", reason=reason, action=None)

    async def _model(self) -> Check:
        age = await self.model_age()
        if age.status == "absent":
            action = "Train one: POST /api/compute/train."
            return Check(
                name="model", status="degraded", reason="Nothing is trained yet.", action=action
            )
        since = "before the last bar" if age.relative_to == "last_bar" else "ago"
        reason = f"{age.version} was trained on data that end {age.age_days:g} days {since}."
        if age.relative_to == "now":
            reason = f"{age.version} was trained {age.age_days:g} days ago."
        if age.status == "stale":
            action = "Train anew: POST /api/compute/train."
            return Check(name="model", status="degraded", reason=reason, action=action)
        return Check(name="model", status="ok", reason=reason, action=None)


async def _guarded(name: str, look: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await look()
    except QuantEngineError as error:
        return Check(name=name, status="failing", reason=error.message, action="See the log.")
    except Exception as error:  # noqa: BLE001 - a check that fails is a finding, whatever it raised
        reason = f"The check itself failed with {type(error).__name__}."
        return Check(name=name, status="failing", reason=reason, action="See the log.")
