"""Everything that goes over the API."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

WateringMode = Literal["drip", "mist", "flood"]


class WateringStage(StrEnum):
    QUEUED = "queued"
    OPENING = "opening"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Bed(BaseModel):
    name: str
    crop: str
    moisture: float = Field(ge=0, le=1)


class Schedule(BaseModel):
    hour: int = Field(default=6, ge=0, le=23)
    litres: float = Field(default=12.0, gt=0, le=200)
    enabled: bool = True


class WateringRequest(BaseModel):
    bed: str = Field(min_length=1, max_length=40)
    litres: float = Field(default=12.0, gt=0, le=200)
    mode: WateringMode = "drip"
    dry_run: bool = False


class Watering(BaseModel):
    id: int
    bed: str
    litres: float
    mode: WateringMode
    dry_run: bool
    stage: WateringStage
    fraction: float = Field(ge=0, le=1)
    queued_at: datetime
