"""Takes requests for jobs: refuses those that cannot succeed on the present data and models, and queues the rest."""

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
        """Queue a job, or return the one that was submitted with this idempotency key before.

        Raises:
            QuantEngineError: the request cannot be honoured; nothing was queued.
        """
        params = parameters.model_dump_json()
        if key is not None:
            # before the checks: what was accepted stays accepted when data or models have changed since
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
            # nothing can be traded or compared that no training could predict
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
