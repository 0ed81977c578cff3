"""The lines of a job's log on their way from the job's process to the database; everything here is bounded."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Generic, NamedTuple, Protocol, TypeVar

from quant_engine.api.schemas.job_log import LINE_LENGTH, LogLevel, LogSource
from quant_engine.domain.redaction import redact

FIRST_LINES, NEWEST_LINES = (
    200,
    800,
)  #: that wait to be sent or stored; those between are dropped and counted
KEPT_BYTES = 4 * LINE_LENGTH  #: of a line, before it is decoded
#: the pipe takes a message of this size whole or not at all, so that a process that is stopped leaves none half sent
MESSAGE_BYTES = 12_000
LINE_BYTES = 100  #: of a line in a message, beside its text

_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


class RawLine(NamedTuple):
    """A line as it was written."""

    number: int  #: counts the lines of the attempt, those that are dropped too
    at: float  #: seconds since 1970
    level: LogLevel
    source: LogSource
    content: bytes  #: its beginning, `KEPT_BYTES` at most
    size: int  #: bytes of the whole line


@dataclass(frozen=True)
class Line:
    """A line as the log shows it."""

    number: int  #: as above
    at: str  #: in the format of job records
    level: LogLevel
    source: LogSource
    text: str
    size: int  #: bytes of the whole line if it is cut, else 0


@dataclass(frozen=True)
class Printed:
    """Some lines of the running job, in order."""

    lines: tuple[Line, ...]


class _Numbered(Protocol):
    @property
    def number(self) -> int:
        """Counts the lines of the attempt."""


T = TypeVar("T", bound=_Numbered)


class LineBuffer(Generic[T]):
    """Lines that wait: the first and the newest, so that memory stays bounded and a reader sees how it began."""

    def __init__(self) -> None:
        self._first: deque[T] = deque()
        self._newest: deque[T] = deque(maxlen=NEWEST_LINES)

    def __len__(self) -> int:
        """How many lines wait."""
        return len(self._first) + len(self._newest)

    def add(self, lines: Sequence[T]) -> None:
        """Add lines in the order of their numbers."""
        free = 0 if self._newest else max(FIRST_LINES - len(self._first), 0)
        self._first.extend(lines[:free])
        self._newest.extend(lines[free:])

    def peek(self, most: int) -> list[T]:
        """Return the oldest lines."""
        return list(islice(chain(self._first, self._newest), most))

    def drop(self, through: int) -> None:
        """Forget the lines up to a number."""
        for lines in (self._first, self._newest):
            while lines and lines[0].number <= through:
                lines.popleft()


class Splitter:
    """Divides what is read from a pipe into lines; a line without an end is kept for the next read."""

    def __init__(self) -> None:
        self._begun = b""
        self._size = 0  #: of the line that has begun; of a long one only the beginning is kept

    def split(self, chunk: bytes) -> tuple[list[bytes], int]:
        """Return the lines that end in a chunk, and the size of the first of them."""
        first, *others = chunk.split(b"\n")
        self._extend(first)
        if not others:
            return [], 0
        lines, size = [self._begun, *others[:-1]], self._size
        self._begun, self._size = b"", 0
        self._extend(others[-1])
        return lines, size

    def end(self) -> tuple[list[bytes], int]:
        """Return the line that has no end yet, if there is one."""
        return self.split(b"\n") if self._size else ([], 0)

    def _extend(self, part: bytes) -> None:
        self._begun += part[: max(KEPT_BYTES - len(self._begun), 0)]
        self._size += len(part)


def clean(line: RawLine) -> Line:
    """Return a line as the log shows it: without what cannot be printed, without secrets, and not too long."""
    text = line.content.decode("utf-8", "backslashreplace")
    # as a terminal shows a bar that is drawn again and again
    text = text.rstrip("\r").rpartition("\r")[2]
    text = _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)
    # before it is cut, or half of a secret would not be found
    text = redact(text)
    is_cut = line.size > KEPT_BYTES or len(text) > LINE_LENGTH
    size = line.size if is_cut else 0
    return Line(
        line.number, timestamp_of(line.at), line.level, line.source, text[:LINE_LENGTH], size
    )


def timestamp_of(seconds: float) -> str:
    """Write a time in the format of job records."""
    time = datetime.fromtimestamp(seconds, UTC)
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def messages(lines: Iterable[Line]) -> Iterator[Printed]:
    """Divide lines into messages of a bounded size."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        more = LINE_BYTES + len(line.text.encode())
        if batch and size + more > MESSAGE_BYTES:
            yield Printed(tuple(batch))
            batch, size = [], 0
        batch.append(line)
        size += more
    if batch:
        yield Printed(tuple(batch))
