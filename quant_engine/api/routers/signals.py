"""The latest predictions."""

from fastapi import APIRouter

from quant_engine.api.deps import Signals
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.signals import SignalsReport
from quant_engine.domain.errors import ErrorCode

router = APIRouter(prefix="/api/signals", tags=["results"], route_class=StrictRoute)


@router.get("/latest", responses=declared(ErrorCode.REPORT_DELETED))
async def get_latest_signals(signals: Signals) -> ApiSuccess[SignalsReport | None]:
    """Read the latest predictions, all names by rank; null before the first prediction."""
    return ApiResponse.success(await signals.latest())
