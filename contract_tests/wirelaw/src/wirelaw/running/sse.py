"""Parses server-sent events as the WHATWG standard does, and shows every field."""

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

_LINE_END = re.compile("\r\n|\n|\r")


@dataclass(frozen=True)
class Frame:
    """The fields between two blank lines; an absent field is None."""

    id: str | None = None
    event: str | None = None
    data: str | None = None
    retry: int | None = None
    comments: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  #: names of fields that no client reads

    def __str__(self) -> str:
        return ", ".join(f"{name}: {value}" for name, value in self.fields.items()) or "a comment"

    @property
    def is_dispatched(self) -> bool:
        """Whether a client receives an event; without data a frame only sets the id."""
        return self.data is not None

    @property
    def is_comment(self) -> bool:
        """Whether the frame has no effect on a client."""
        return self.id is None and self.data is None and self.event is None and self.retry is None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are present, as a contract's schema of a frame describes them."""
        values = {"id": self.id, "event": self.event, "data": self.data, "retry": self.retry}
        return {name: value for name, value in values.items() if value is not None}


@dataclass
class Parser:
    """Takes the bytes of a stream in chunks that may be cut anywhere.

    Raises:
        UnicodeDecodeError: the stream is not UTF-8. A browser would replace the bytes.
    """

    frames: list[Frame] = field(default_factory=list)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("strict")
    )
    _text: str = ""
    _lines: list[str] = field(default_factory=list)
    _has_begun: bool = False
    _after_cr: bool = False  #: the last line ended in CR, and an LF that follows belongs to it

    def feed(self, chunk: bytes) -> None:
        """Add bytes; each frame that is complete goes to `frames`."""
        text = self._decoder.decode(chunk)
        if not text:
            return
        if not self._has_begun:
            self._has_begun = True
            text = text.removeprefix("\ufeff")
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        *lines, self._text = _LINE_END.split(self._text + text)
        for line in lines:
            if line:
                self._lines.append(line)
            elif self._lines:
                self.frames.append(_frame(self._lines))
                self._lines = []


def parse(content: bytes) -> list[Frame]:
    """Return the complete frames of a stream."""
    parser = Parser()
    parser.feed(content)
    return parser.frames


def _frame(lines: list[str]) -> Frame:
    fields: dict[str, str] = {}
    comments: list[str] = []
    data: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "":
            comments.append(value)
        elif name == "data":
            data.append(value)
        elif name not in {"id", "retry"} or _is_valid(name, value):
            fields[name] = value
    retry = fields.pop("retry", None)
    return Frame(
        id=fields.pop("id", None),
        event=fields.pop("event", None),
        data="\n".join(data) if data else None,
        retry=None if retry is None else int(retry),
        comments=tuple(comments),
        unknown=tuple(fields),
    )


def _is_valid(name: str, value: str) -> bool:
    if name == "id":
        return "\0" not in value
    return value.isascii() and value.isdecimal()
