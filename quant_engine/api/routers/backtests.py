"""Finished backtests: the list, a report, its trades as CSV."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from quant_engine.api.deps import Backtests
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.backtests import BacktestPage, BacktestReport
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.paging import PageQuery, position_from_cursor, to_cursor
from quant_engine.api.services.backtests import trades_csv
from quant_engine.domain.errors import ErrorCode

_DISPOSITION = 'attachment; filename="trades.csv"'
_UNREADABLE = declared(ErrorCode.BACKTEST_NOT_FOUND, ErrorCode.JOB_NOT_FINAL)

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


@router.get("/{job_id}", responses=_UNREADABLE)
async def get_backtest(job_id: str, backtests: Backtests) -> ApiSuccess[BacktestReport]:
    """Read a backtest's report."""
    return ApiResponse.success(await backtests.report(job_id))


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
async def get_backtest_trades(job_id: str, backtests: Backtests) -> Response:
    """Download a backtest's trades."""
    return Response(
        trades_csv(await backtests.report(job_id)),
        media_type="text/csv",
        headers={"Content-Disposition": _DISPOSITION},
    )
