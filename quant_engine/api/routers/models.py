"""Model versions, from their manifests."""

from typing import Annotated

from fastapi import APIRouter, Query

from quant_engine.api.deps import Models, Retention
from quant_engine.api.errors import CHANGES, declared
from quant_engine.api.routing import StrictRoute
from quant_engine.api.schemas.envelope import ApiResponse, ApiSuccess
from quant_engine.api.schemas.models import DeletedModel, ModelManifest, ModelPage
from quant_engine.api.schemas.paging import PageQuery, from_cursor, to_cursor
from quant_engine.domain.errors import ErrorCode

router = APIRouter(prefix="/api/models", tags=["results"], route_class=StrictRoute)


@router.get("", responses=declared())
async def list_models(
    query: Annotated[PageQuery, Query()], models: Models
) -> ApiSuccess[ModelPage]:
    """List model versions, newest first."""
    items, more = models.page(limit=query.limit, before=from_cursor("models", query.cursor))
    return ApiResponse.success(ModelPage(items=items, next_cursor=to_cursor("models", more)))


@router.get("/{version}", responses=declared(ErrorCode.UNKNOWN_VERSION))
async def get_model(version: str, models: Models) -> ApiSuccess[ModelManifest]:
    """Read one version's manifest."""
    return ApiResponse.success(models.version(version))


@router.delete(
    "/{version}",
    responses=declared(*CHANGES, ErrorCode.UNKNOWN_VERSION, ErrorCode.MODEL_IN_USE),
)
async def delete_model(version: str, retention: Retention) -> ApiSuccess[DeletedModel]:
    """Delete a version that nothing refers to."""
    return ApiResponse.success(await retention.delete_model(version))
