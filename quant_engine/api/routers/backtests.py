"""Finished backtests: the list, a report, its trades as CSV."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from quant_engine.api.deps import Backtests
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.backtests import BacktestPage, BacktestReport
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.paging import PageQuery, position_from_cursor, to_cursor
from quant_engine.api.services.backtests import trades_csv
from quant_engine.domain.errors import ErrorCode

_PART_BYTES = 250_000  #: of a report, sent at once
_DISPOSITION = 'attachment; filename="trades.csv"'
_UNREADABLE = declared(
    ErrorCode.BACKTEST_NOT_FOUND, ErrorCode.JOB_NOT_FINAL, ErrorCode.REPORT_DELETED
)

router = APIRouter(prefix="/api/backtests", tags=["results"], route_class=StrictRoute)


@router.get("", responses=declared())
async def list_backtests(
    query: Annotated[PageQuery, Query()], backtests: Backtests
) -> ApiSuccess[BacktestPage]:
    """List finished backtests, newest first."""
    items, more = await backtests.page(
        limit=query.limit, before=position_from_cursor("backtests", query.cursor)
    )
    return ApiResponse.success(BacktestPage(items=items, next_cursor=to_cursor("backtests", more)))


@router.get("/{job_id}", response_model=ApiSuccess[BacktestReport], responses=_UNREADABLE)
async def get_backtest(job_id: str, request: Request, backtests: Backtests) -> Response:
    """Read a backtest's report."""
    report = await backtests.report(job_id, request.is_disconnected)
    before, after = ApiResponse.around()
    length = len(before) + len(report.content) + len(after)
    return StreamingResponse(
        _parts(before, report.content, after),
        media_type="application/json",
        headers={"Content-Length": str(length)},
    )


def _parts(before: bytes, report: bytes, after: bytes) -> Iterator[bytes]:
    yield before
    for begin in range(0, len(report), _PART_BYTES):
        yield report[begin : begin + _PART_BYTES]
    yield after


@router.get(
    "/{job_id}/trades.csv",
    response_class=Response,
    responses={
        **_UNREADABLE,
        200: {
            "description": "A header row, and one row for each trade.",
            "content": {
                "text/csv": {
                    "schema": {
                        "type": "string",
                        "x-rows": {"of": "BacktestReport", "by": "job_id", "field": "trades"},
                    }
                }
            },
            "headers": {
                "Content-Disposition": {
                    "required": True,
                    "schema": {"type": "string", "const": _DISPOSITION},
                }
            },
        },
    },
)
async def get_backtest_trades(job_id: str, request: Request, backtests: Backtests) -> Response:
    """Download a backtest's trades."""
    return StreamingResponse(
        trades_csv(await backtests.report(job_id, request.is_disconnected)),
        media_type="text/csv",
        headers={"Content-Disposition": _DISPOSITION},
    )
