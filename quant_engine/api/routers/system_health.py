"""System health: verdicts as data, and errors as errors."""

from fastapi import APIRouter

from quant_engine.api.deps import SystemHealth
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.system_health import (
    DataModeReport,
    DisagreementHistory,
    ExecutionQuality,
    Health,
    IcHistory,
    ModelAge,
)

router = APIRouter(prefix="/api/system", tags=["system"], route_class=StrictRoute)


@router.get("/health", responses=declared())
async def get_health(health: SystemHealth) -> ApiSuccess[Health]:
    """Run every health check; 200 also when the verdict is `failing`."""
    return ApiResponse.success(await health.health())


@router.get("/model-age", responses=declared())
async def get_model_age(health: SystemHealth) -> ApiSuccess[ModelAge]:
    """Read the age of the model in use; `absent` before the first training."""
    return ApiResponse.success(await health.model_age())


@router.get("/data-mode", responses=declared())
async def get_data_mode(health: SystemHealth) -> ApiSuccess[DataModeReport]:
    """Read which data the service computes on."""
    return ApiResponse.success(await health.data_mode())


@router.get("/ic-history", responses=declared())
async def get_ic_history(health: SystemHealth) -> ApiSuccess[IcHistory]:
    """Read how well models ranked the names: one snapshot per version, horizon and day."""
    return ApiResponse.success(await health.ic_history())


@router.get("/disagreement-history", responses=declared())
async def get_disagreement_history(health: SystemHealth) -> ApiSuccess[DisagreementHistory]:
    """Read how far the members of ensembles disagreed: one snapshot per version, horizon and day."""
    return ApiResponse.success(await health.disagreement_history())


@router.get("/execution-quality", responses=declared())
async def get_execution_quality(health: SystemHealth) -> ApiSuccess[ExecutionQuality]:
    """Read what paper orders cost, compared with the prices at which they were decided."""
    return ApiResponse.success(await health.execution_quality())
