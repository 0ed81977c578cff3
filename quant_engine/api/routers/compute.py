"""Submit a job; the response is the record of the queued job."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from quant_engine.api.deps import Compute, IdempotencyKey
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.compute import (
    AnyRequest,
    AutopilotRequest,
    BacktestRequest,
    PredictRequest,
    TrainRequest,
)
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import JobRecord, JobType
from quant_engine.domain.errors import ErrorCode

_REFUSALS = (
    ErrorCode.BAD_REQUEST,
    ErrorCode.BAD_ORIGIN,
    ErrorCode.BODY_TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.UNKNOWN_TICKER,
    ErrorCode.HISTORY_TOO_SHORT,
    ErrorCode.IDEMPOTENCY_KEY_REUSED,
    ErrorCode.JOB_DELETED,
    ErrorCode.QUEUE_FULL,
)
_VERSIONED = (ErrorCode.UNKNOWN_VERSION, ErrorCode.NO_MODEL)

router = APIRouter(prefix="/api/compute", tags=["compute"], route_class=StrictRoute)

_Submit = Callable[[JobType, AnyRequest], Awaitable[ApiSuccess[JobRecord]]]


# async, because FastAPI runs a plain function in a thread
async def _submitter(
    compute: Compute, response: Response, idempotency_key: IdempotencyKey = None
) -> _Submit:
    async def submit(job_type: JobType, parameters: AnyRequest) -> ApiSuccess[JobRecord]:
        record = await compute.submit(job_type, parameters, idempotency_key)
        response.headers["Location"] = f"/api/jobs/{record.job_id}"
        return ApiResponse.success(record)

    return submit


Submit = Annotated[_Submit, Depends(_submitter)]


@router.post("/backtest", status_code=202, responses=declared(*_REFUSALS, *_VERSIONED))
async def submit_backtest(body: BacktestRequest, submit: Submit) -> ApiSuccess[JobRecord]:
    """Backtest a model's out-of-sample predictions."""
    return await submit(JobType.BACKTEST, body)


@router.post(
    "/train",
    status_code=202,
    responses=declared(*_REFUSALS, ErrorCode.SURVIVORSHIP_UNAVAILABLE),
)
async def submit_train(body: TrainRequest, submit: Submit) -> ApiSuccess[JobRecord]:
    """Train a new model version."""
    return await submit(JobType.TRAIN, body)


@router.post("/predict", status_code=202, responses=declared(*_REFUSALS, *_VERSIONED))
async def submit_predict(body: PredictRequest, submit: Submit) -> ApiSuccess[JobRecord]:
    """Predict the latest returns."""
    return await submit(JobType.PREDICT, body)


@router.post("/autopilot", status_code=202, responses=declared(*_REFUSALS))
async def submit_autopilot(body: AutopilotRequest, submit: Submit) -> ApiSuccess[JobRecord]:
    """Run one research cycle."""
    return await submit(JobType.AUTOPILOT, body)
