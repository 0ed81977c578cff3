"""The latest research cycle of the autopilot, and its paper account."""

from fastapi import APIRouter

from quant_engine.api.deps import Autopilot
from quant_engine.api.errors import declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.autopilot import AutopilotCycle, PaperAccount
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess

router = APIRouter(prefix="/api/autopilot", tags=["results"], route_class=StrictRoute)


@router.get("/latest", responses=declared())
async def get_latest_cycle(autopilot: Autopilot) -> ApiSuccess[AutopilotCycle | None]:
    """Read the latest research cycle with its decisions; null before the first cycle."""
    return ApiResponse.success(await autopilot.latest_cycle())


@router.get("/paper", responses=declared())
async def get_paper_account(autopilot: Autopilot) -> ApiSuccess[PaperAccount | None]:
    """Read the paper account as of its last session; null before its first trade."""
    return ApiResponse.success(await autopilot.paper_account())
