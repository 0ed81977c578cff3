"""The log of a job on the wire: what the job printed, warned and logged, and the traceback of what it raised."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from quant_engine.api.schemas.paging import Cursor, PageQuery


class LogLevel(StrEnum):
    """How much a line matters; the order is that of the list."""

    DEBUG = "debug"
    INFO = "info"  #: also what a job prints to its standard output
    WARNING = "warning"  #: also what it prints to its standard error
    ERROR = "error"  #: also the traceback of what it raised
    CRITICAL = "critical"

    @property
    def and_above(self) -> list["LogLevel"]:
        """This level and those that matter more."""
        levels = list(LogLevel)
        return levels[levels.index(self) :]


class LogSource(StrEnum):
    """Where a line comes from."""

    STDOUT = "stdout"  #: printed by the job, a library or a program that it started
    STDERR = "stderr"  #: likewise
    LOGGING = "logging"
    WARNINGS = "warnings"
    TRACEBACK = "traceback"


class LogEvent(StrEnum):
    """The events of the stream of a job's log, beside `done` of the job."""

    LINE = "line"  #: a line
    SKIPPED = "skipped"  #: lines that are not kept


LINE_LENGTH = 2_000  #: characters; a longer line is cut and says how long it is
CUT_NOTE_LENGTH = 60


class LogLine(BaseModel):
    """One line of a job's log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: Annotated[
        int, Field(ge=1, description="Counts every line, also those that are not kept.")
    ]
    attempt: Annotated[int, Field(ge=1, description="The attempt that wrote it.")]
    at: AwareDatetime
    level: LogLevel
    source: LogSource
    text: Annotated[
        str,
        Field(
            max_length=LINE_LENGTH + CUT_NOTE_LENGTH,
            description="Without secrets; what cannot be printed is escaped.",
        ),
    ]


class SkippedLines(BaseModel):
    """Lines that are not kept: the job wrote more than its log holds, or they could not be stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Annotated[int, Field(ge=1, description="The number of the first one.")]
    last: Annotated[int, Field(ge=1, description="The number of the last one.")]


class LogPage(BaseModel):
    """One page of a job's log, newest line first, and the cursor of the next."""

    items: Annotated[list[LogLine], Field(json_schema_extra={"x-order": ["-line"]})]
    next_cursor: Cursor | None


class LogQuery(PageQuery):
    """Which lines to list."""

    level: Annotated[LogLevel, Field(description="Lines of this level and above.")] = LogLevel.DEBUG
