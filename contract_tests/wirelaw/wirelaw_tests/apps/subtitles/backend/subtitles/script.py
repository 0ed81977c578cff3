"""Cuts a script into lines that fit on a screen."""

import textwrap
from dataclasses import dataclass
from typing import Literal, Optional


@dataclass
class Line:
    text: str
    skip: Optional[Literal["empty", "music"]] = None


def lines_of(script: str, max_chars: int, speaker_labels: bool) -> list[Line]:
    found: list[Line] = []
    for raw in script.splitlines():
        speaker, colon, text = raw.partition(":")
        if not colon or speaker_labels:
            text = raw
        if not text.strip():
            found.append(Line("", "empty"))
        elif text.strip().startswith("♪"):
            found.append(Line(text.strip(), "music"))
        else:
            found += [Line(part) for part in textwrap.wrap(text.strip(), max_chars)]
    return found


def confidence(text: str) -> float:
    letters = sum(one.isalpha() or one.isspace() for one in text)
    return round(letters / max(len(text), 1), 2)
