"""Bytes of an event stream as frames, parsed as the standard says and with nothing forgiven or hidden."""

import codecs
import re
from dataclasses import dataclass, field

_LINE_END = re.compile("\r\n|\n|\r")


@dataclass(frozen=True)
class Frame:
    """What stood between two blank lines; what was absent is None."""

    id: str | None = None
    event: str | None = None
    data: str | None = None
    retry: int | None = None
    comments: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  #: fields that no client reads

    @property
    def is_dispatched(self) -> bool:
        """Whether a client hears of it; without data it only moves the id."""
        return self.data is not None

    @property
    def is_comment(self) -> bool:
        """Whether it says nothing to a client."""
        return self.id is None and self.data is None and self.event is None and self.retry is None


@dataclass
class Parser:
    """Takes chunks as they come, cut anywhere."""

    frames: list[Frame] = field(default_factory=list)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("strict")
    )
    _text: str = ""
    _lines: list[str] = field(default_factory=list)
    _begun: bool = False

    def feed(self, chunk: bytes) -> None:
        """Add bytes; whole frames go to `frames`."""
        self._text += self._decoder.decode(chunk)
        if not self._begun and self._text:
            self._text = self._text.removeprefix("\ufeff")
            self._begun = True
        while (end := _LINE_END.search(self._text)) is not None:
            if end.group() == "\r" and end.end() == len(self._text):
                return  # its newline may be in the next chunk
            line, self._text = self._text[: end.start()], self._text[end.end() :]
            if line:
                self._lines.append(line)
            elif self._lines:
                self.frames.append(_frame(self._lines))
                self._lines = []

    @property
    def rest(self) -> str:
        """What came after the last whole frame; a client drops it."""
        return "\n".join([*self._lines, self._text])


def _frame(lines: list[str]) -> Frame:
    found: dict[str, str] = {}
    comments: list[str] = []
    data: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "":
            comments.append(value)
        elif name == "data":
            data.append(value)
        elif name not in {"id", "retry"} or _is_read(name, value):
            found[name] = value
    retry = found.pop("retry", None)
    return Frame(
        id=found.pop("id", None),
        event=found.pop("event", None),
        data="\n".join(data) if data else None,
        retry=None if retry is None else int(retry),
        comments=tuple(comments),
        unknown=tuple(found),
    )


def _is_read(name: str, value: str) -> bool:
    if name == "id":
        return "\0" not in value
    return value.isascii() and value.isdecimal()
