"""Normalises recorded texts, so that a new recording differs from the old one only where the service changed.

An id, a version or a time gets the same substitute in every text of a recording. The contract allows the
substitutes, and they keep the order of times. A second normalisation changes nothing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

#: the first time of a recording; the others follow a second apart
BEGAN = datetime(2026, 1, 2, 9, tzinfo=UTC)
ANSWERED = datetime(2026, 1, 2, 18, tzinfo=UTC)  #: the time of every answer
DIGITS = 11  #: of a figure; processors differ in later digits

_ID = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"  # job
    r"|\b[0-9a-f]{64}\b"  # content
    r"|\b[0-9a-f]{32}\b"  # request
    r"|(?<=^id: )[0-9a-f]{12}(?=\.)",  # event log
    re.MULTILINE,
)
_VERSION = re.compile(r"\b\d{8}t\d{6}-[0-9a-f]{6}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_FIGURE = re.compile(r"(?<![\w.-])-?\d+\.\d+(?:e[+-]?\d+)?(?![\w.])")
_ANSWERED = re.compile(r'("generated_at": ?")[^"]+')
_ELAPSED = re.compile(r'("elapsed_ms": ?)[\d.e-]+')
_RELEASE = re.compile(r'("code_version": ?")[^"]+')
_DISK = re.compile(r"\b\d+\.\d GB are free")
_LAST_BAR = re.compile(r"(\d{4}-\d\d-\d\d)\. The last bar is \d+ days old")
#: days since a training of the recording itself, which takes a minute on a busy machine; an older model's age stays
_FRESH = re.compile(r'("age_days": ?)0\.\d+')
_FRESH_TEXT = re.compile(r"\btrained 0\.\d+ days")
# a place in the code, in a traceback or in a warning
_FRAME = re.compile(r'(File \\*")[^"\\]*?/((?:quant_engine|contract_tests)/[^"\\]+\\*", line )\d+')
_PLACE = re.compile(r"/[^\s\"\\]*?/((?:quant_engine|contract_tests)/[\w/.]+:)\d+:")
_PING = re.compile(r"^: ping.*\n\n", re.MULTILINE)


class Substitutes:
    """The substitutes of one recording: its texts, by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._by_original: dict[str, str] = {}
        for name, text in sorted(texts.items()):
            new = (each for each in _ID.findall(text) if each not in self._by_original)
            # derived from its first place, so that another text does not change it
            for number, each in enumerate(dict.fromkeys(new)):
                self._by_original[each] = _id_like(each, f"{name} {number}")
        everything = "\n".join(_ANSWERED.sub("", text) for text in texts.values())
        times = sorted(set(_TIME.findall(everything)), key=datetime.fromisoformat)
        for number, time in enumerate(times):
            self._by_original[time] = _time(BEGAN + timedelta(seconds=number))
        for number, version in enumerate(sorted(set(_VERSION.findall(everything)))):
            made = BEGAN + timedelta(seconds=number)
            self._by_original[version] = f"{made:%Y%m%dt%H%M%S}-{_digest(f'version {number}')[:6]}"

    def __call__(self, text: str) -> str:
        """Normalise one of the texts, or a part of it."""
        rules: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
            (_PING, ""),
            (_ELAPSED, r"\g<1>1.0"),
            (_RELEASE, r"\g<1>0.0.0"),
            (_FRAME, r"\g<1>/code/\g<2>1"),
            (_PLACE, r"/code/\g<1>1:"),
            (_DISK, "100.0 GB are free"),
            (_LAST_BAR, _age),
            (_FRESH, r"\g<1>0.0"),
            (_FRESH_TEXT, "trained 0 days"),
            *((kind, self._substitute) for kind in (_ID, _VERSION, _TIME)),
            # after the other times, or it would get a substitute of theirs
            (_ANSWERED, rf"\g<1>{_time(ANSWERED)}"),
            (_FIGURE, _rounded),
        )
        for pattern, by in rules:
            text = pattern.sub(by, text)
        return text

    def _substitute(self, found: re.Match[str]) -> str:
        return self._by_original.get(found[0], found[0])


def _id_like(original: str, place: str) -> str:
    digest = _digest(place)
    return str(UUID(digest[:32], version=4)) if "-" in original else digest[: len(original)]


def _digest(place: str) -> str:
    return sha256(place.encode()).hexdigest()


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def _age(found: re.Match[str]) -> str:
    days = (ANSWERED.date() - date.fromisoformat(found[1])).days
    return f"{found[1]}. The last bar is {days} days old"


def _rounded(found: re.Match[str]) -> str:
    return repr(float(f"{float(found[0]):.{DIGITS}g}"))
