"""Model versions: their manifests, without the models."""

from pydantic import BaseModel

from quant_engine.api.schemas.paging import Cursor
from quant_engine.domain.models import Fold, ModelFile, ModelManifest
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.reports import (
    FeatureImportance,
    HorizonHeadline,
    HorizonScore,
    MemberScore,
    TrainSummary,
)

__all__ = [
    "DeletedModel",
    "FeatureImportance",
    "Fold",
    "HorizonHeadline",
    "HorizonScore",
    "MemberScore",
    "ModelFile",
    "ModelManifest",
    "ModelPage",
    "TrainParameters",
    "TrainSummary",
]


class DeletedModel(BaseModel):
    """The version that was deleted."""

    version: str


class ModelPage(BaseModel):
    """One page of model versions, newest first, and the cursor of the next."""

    items: list[ModelManifest]
    next_cursor: Cursor | None
