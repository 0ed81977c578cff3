"""Shapes of requests, answers and events."""

from __future__ import annotations

import enum
from typing import Annotated, Literal, Optional, Union

from pydantic import BaseModel, ConfigDict, Field


class JobStatus(str, enum.Enum):
    waiting = "waiting"
    working = "working"
    finished = "finished"
    cancelled = "cancelled"


class Language(str, enum.Enum):
    english = "en"
    french = "fr"
    polish = "pl"


class JobCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(..., min_length=1, max_length=120)
    script: str = Field(..., min_length=1)
    language: Language = Language.english
    max_chars: int = Field(42, ge=20, le=80)
    speaker_labels: bool = False


class JobUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Optional[str] = Field(None, min_length=1, max_length=120)
    pinned: Optional[bool] = None


class Job(BaseModel):
    id: str
    title: str
    status: JobStatus
    language: Language
    max_chars: int
    speaker_labels: bool
    pinned: bool
    lines_done: int
    lines_total: int


class JobPage(BaseModel):
    items: list[Job]
    total: int


class Started(BaseModel):
    type: Literal["started"] = "started"
    lines_total: int


class LineDone(BaseModel):
    type: Literal["line"] = "line"
    index: int
    text: str
    confidence: float = Field(ge=0, le=1)


class Skipped(BaseModel):
    type: Literal["skipped"] = "skipped"
    index: int
    reason: Literal["empty", "music"]


class Finished(BaseModel):
    type: Literal["finished"] = "finished"
    lines_done: int
    cancelled: bool


JobEvent = Annotated[
    Union[Started, LineDone, Skipped, Finished], Field(discriminator="type")
]
