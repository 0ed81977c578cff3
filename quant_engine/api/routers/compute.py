"""POST: ask for work; the answer is the queued job, durable already."""

from fastapi import APIRouter, Response

from quant_engine.api.deps import Compute, IdempotencyKey
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.compute import (
    AutopilotRequest,
    BacktestRequest,
    PredictRequest,
    TrainRequest,
)
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import JobRecord, JobType
from quant_engine.api.services.compute import Parametrised
from quant_engine.domain.errors import ErrorCode

_REFUSALS = (
    ErrorCode.BAD_REQUEST,
    ErrorCode.BAD_ORIGIN,
    ErrorCode.BODY_TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.UNKNOWN_TICKER,
    ErrorCode.HISTORY_TOO_SHORT,
    ErrorCode.IDEMPOTENCY_KEY_REUSED,
    ErrorCode.QUEUE_FULL,
)
_VERSIONED = (ErrorCode.UNKNOWN_VERSION, ErrorCode.NO_MODEL)

router = APIRouter(prefix="/api/compute", tags=["compute"], route_class=StrictRoute)


@router.post("/backtest", status_code=202, responses=declared(*_REFUSALS, *_VERSIONED))
async def submit_backtest(
    body: BacktestRequest,
    compute: Compute,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> ApiSuccess[JobRecord]:
    """Backtest a model's out-of-sample predictions."""
    return await _submit(compute, JobType.BACKTEST, body, idempotency_key, response)


@router.post(
    "/train",
    status_code=202,
    responses=declared(*_REFUSALS, ErrorCode.SURVIVORSHIP_UNAVAILABLE),
)
async def submit_train(
    body: TrainRequest,
    compute: Compute,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> ApiSuccess[JobRecord]:
    """Train a new model version."""
    return await _submit(compute, JobType.TRAIN, body, idempotency_key, response)


@router.post("/predict", status_code=202, responses=declared(*_REFUSALS, *_VERSIONED))
async def submit_predict(
    body: PredictRequest,
    compute: Compute,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> ApiSuccess[JobRecord]:
    """Predict the latest returns."""
    return await _submit(compute, JobType.PREDICT, body, idempotency_key, response)


@router.post("/autopilot", status_code=202, responses=declared(*_REFUSALS))
async def submit_autopilot(
    body: AutopilotRequest,
    compute: Compute,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> ApiSuccess[JobRecord]:
    """Run one research cycle."""
    return await _submit(compute, JobType.AUTOPILOT, body, idempotency_key, response)


async def _submit(
    compute: Compute,
    job_type: JobType,
    parameters: Parametrised,
    key: str | None,
    response: Response,
) -> ApiSuccess[JobRecord]:
    record = await compute.submit(job_type, parameters, key)
    response.headers["Location"] = f"/api/jobs/{record.job_id}"
    return ApiResponse.success(record)
