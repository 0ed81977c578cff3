"""Jobs: read, cancel, and follow as an event stream."""

from typing import Annotated

from fastapi import APIRouter, Query
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from quant_engine.api.deps import LastEventId, Retention, Store, Streams
from quant_engine.api.errors import CHANGES, declared
from quant_engine.api.routing import StrictRoute, event_source
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.jobs import DeletedJob, JobPage, JobRecord, JobStatus, JobType
from quant_engine.api.schemas.paging import PageQuery, position_from_cursor, to_cursor
from quant_engine.domain.errors import ErrorCode

router = APIRouter(prefix="/api", tags=["jobs"], route_class=StrictRoute)


class JobsQuery(PageQuery):
    """Which jobs to list."""

    status: JobStatus | None = None
    job_type: JobType | None = None


@router.get("/jobs", responses=declared())
async def list_jobs(query: Annotated[JobsQuery, Query()], store: Store) -> ApiSuccess[JobPage]:
    """List jobs, newest first."""
    items, more = await store.page(
        status=query.status,
        job_type=query.job_type,
        limit=query.limit,
        before=position_from_cursor("jobs", query.cursor),
    )
    return ApiResponse.success(JobPage(items=items, next_cursor=to_cursor("jobs", more)))


@router.get("/jobs/{job_id}", responses=declared(ErrorCode.JOB_NOT_FOUND))
async def get_job(job_id: str, store: Store) -> ApiSuccess[JobRecord]:
    """Read one job."""
    return ApiResponse.success(await store.get(job_id))


@router.post(
    "/jobs/{job_id}/cancel",
    responses=declared(*CHANGES, ErrorCode.JOB_NOT_FOUND, ErrorCode.JOB_ALREADY_FINAL),
)
async def cancel_job(job_id: str, store: Store) -> ApiSuccess[JobRecord]:
    """Cancel a job: a queued one at once, a running one within 5 s."""
    return ApiResponse.success(await store.request_cancel(job_id))


@router.delete(
    "/jobs/{job_id}",
    responses=declared(*CHANGES, ErrorCode.JOB_NOT_FOUND, ErrorCode.JOB_NOT_FINAL),
)
async def delete_job(job_id: str, retention: Retention) -> ApiSuccess[DeletedJob]:
    """Delete a final job with its events, its report and its signals."""
    return ApiResponse.success(await retention.delete_job(job_id))


@router.delete(
    "/jobs/{job_id}/report",
    responses=declared(
        *CHANGES,
        ErrorCode.JOB_NOT_FOUND,
        ErrorCode.NOT_FOUND,
        ErrorCode.JOB_NOT_FINAL,
        ErrorCode.REPORT_DELETED,
    ),
)
async def delete_job_report(job_id: str, retention: Retention) -> ApiSuccess[JobRecord]:
    """Delete the report of a backtest or the signals of a prediction, and keep the record."""
    return ApiResponse.success(await retention.delete_report(job_id))


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses={
        **declared(ErrorCode.JOB_NOT_FOUND),
        204: {"description": "The client has received `done`; do not reconnect."},
    },
)
async def stream_job_events(job_id: str, streams: Streams, last_event_id: LastEventId) -> Response:
    """Follow one job to its end."""
    frames = await streams.stream_job(job_id, last_event_id)
    if frames is None:
        return Response(status_code=204)
    return event_source(frames)


@router.get("/events", response_class=EventSourceResponse, responses=declared())
async def stream_events(streams: Streams, last_event_id: LastEventId) -> Response:
    """Follow every job."""
    return event_source(await streams.stream_all(last_event_id))
