"""Requests and answers; ui/src/types.ts has the same."""

from enum import Enum

from pydantic import BaseModel, Field


class BatchState(str, Enum):
    OPEN = "open"
    SCANNING = "scanning"
    REVIEW = "review"
    ARCHIVED = "archived"


class Priority(str, Enum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class NewBatch(BaseModel):
    box: str = Field(min_length=3, max_length=12)
    sheets: int = Field(ge=1, le=500)
    dpi: int = Field(default=600, ge=150, le=2400)
    priority: Priority = Priority.NORMAL
    double_sided: bool = False


class BatchChange(BaseModel):
    priority: Priority | None = None
    note: str | None = Field(default=None, max_length=280)


class Batch(BaseModel):
    id: int
    box: str
    sheets: int
    scanned: int
    dpi: int
    priority: Priority
    double_sided: bool
    state: BatchState
    note: str = ""


class ErrorDetail(BaseModel):
    code: str
    message: str


class Failure(BaseModel):
    error: ErrorDetail
