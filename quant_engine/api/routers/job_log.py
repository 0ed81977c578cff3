"""The log of a job: by pages, and as an event stream."""

from typing import Annotated

from fastapi import APIRouter, Query
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from quant_engine.api.deps import LastEventId, Log, LogStreams
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute, event_source
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.job_log import LogPage, LogQuery
from quant_engine.api.schemas.paging import position_from_cursor, to_cursor
from quant_engine.domain.errors import ErrorCode

router = APIRouter(prefix="/api/jobs/{job_id}/log", tags=["jobs"], route_class=StrictRoute)


@router.get("", responses=declared(ErrorCode.JOB_NOT_FOUND))
async def get_job_log(
    job_id: str, query: Annotated[LogQuery, Query()], log: Log
) -> ApiSuccess[LogPage]:
    """Read what a job printed, warned and logged, newest line first."""
    items, more = await log.page(
        job_id,
        level=query.level,
        limit=query.limit,
        before=position_from_cursor("lines", query.cursor),
    )
    return ApiResponse.success(LogPage(items=items, next_cursor=to_cursor("lines", more)))


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses={
        **declared(ErrorCode.JOB_NOT_FOUND),
        204: {"description": "The client has received `done`; do not reconnect."},
    },
)
async def stream_job_log(job_id: str, streams: LogStreams, last_event_id: LastEventId) -> Response:
    """Follow a job's log to the job's end, oldest line first."""
    frames = await streams.stream(job_id, last_event_id)
    return Response(status_code=204) if frames is None else event_source(frames)
