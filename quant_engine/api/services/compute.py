"""Accepts requests for jobs: refuses those that the current data and models cannot fulfil, queues the rest."""

from quant_engine.api.jobs.store import JobStore
from quant_engine.api.schemas.jobs import AnyJob, JobType
from quant_engine.api.services.data_catalog import DataCatalog
from quant_engine.data.manifest import DataManifest
from quant_engine.data.universe import check_universe
from quant_engine.domain.parameters import (
    WARMUP_YEARS,
    AnyParameters,
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.models.manifest import first_day
from quant_engine.models.registry import ModelRegistry


class ComputeService:
    """Turns a request into a queued job."""

    def __init__(self, store: JobStore, catalog: DataCatalog, registry: ModelRegistry) -> None:
        self._store = store
        self._catalog = catalog
        self._registry = registry

    async def submit(self, job_type: JobType, parameters: AnyParameters, key: str | None) -> AnyJob:
        """Queue a job, or return the earlier job with this idempotency key.

        Raises:
            QuantEngineError: the request cannot be fulfilled; no job is queued.
        """
        params = parameters.model_dump_json()
        if key is not None:
            # before the checks: an accepted job stays accepted when data or models change
            existing = await self._store.find_by_key(job_type, key, params)
            if existing is not None:
                return existing
        await self._check(parameters)
        return await self._store.submit(job_type, params, key=key)

    async def _check(self, parameters: AnyParameters) -> None:
        manifest = await self._catalog.manifest()
        names = None if isinstance(parameters, AutopilotParameters) else parameters.tickers
        check_universe(
            manifest,
            tickers=names,
            full_universe=parameters.full_universe,
            years=parameters.years,
            # backtests and comparisons need predictions, so they need the history of a training
            extra_years=WARMUP_YEARS,
            survivorship=isinstance(parameters, TrainParameters) and parameters.survivorship,
        )
        if isinstance(parameters, BacktestParameters | PredictParameters):
            self._check_version(parameters, manifest)

    def _check_version(
        self, parameters: BacktestParameters | PredictParameters, data: DataManifest
    ) -> None:
        if parameters.version != "latest":
            version = self._registry.resolve(
                parameters.version, parameters.horizon, parameters.feature_mode, data.source
            )
            first_day(version, data.last_date, parameters.years)
