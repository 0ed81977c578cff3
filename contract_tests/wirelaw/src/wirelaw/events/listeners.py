"""The places of a page that read a stream, and what they handle of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wirelaw.finding import Place

#: where a word stands in the field `event` of a frame
EVENT = "event field"
#: the words of each branch around something, from the outside; a listener of some names is a branch
Branches = tuple[tuple[str, ...], ...]
#: what `onmessage` is a branch for: events without a name
_UNNAMED = ("message",)


def is_decided(within: Branches) -> bool:
    """Whether the page has decided before which event it is."""
    return any(words != _UNNAMED for words in within)


@dataclass(frozen=True)
class Word:
    """A name that the page listens to or compares."""

    at: str  #: `EVENT`, or the path of a field of the payload
    word: str
    place: Place
    is_weak: bool  #: one side of a choice that has another, or one of a list
    within: "Branches"  #: that it is compared in


@dataclass(frozen=True)
class Read:
    """A field of a payload that the page reads."""

    path: str
    within: "Branches"  #: that it is read in
    place: Place
    fallback: str | None  #: the literal that stands in for a missing field
    is_test: bool  #: it only asks whether the field is there


@dataclass(frozen=True)
class Use:
    """A name, a field or a whole event that is used in another way than by comparing it."""

    at: str  #: as in `Word`, `*` for the whole, or `text` for the data before it is parsed
    within: "Branches"
    place: Place


@dataclass(frozen=True)
class Listener:
    """One place that reads a stream."""

    place: Place
    style: str  #: `native`, `socket`, `fetch`, `parser` or `reader`
    url: str | None  #: as far as it is written, `{}` for the rest
    words: tuple[Word, ...]
    defaults: tuple[Use, ...]  #: branches for any other name
    uses: tuple[Use, ...]
    reads: tuple[Read, ...]
    onmessage: Place | None
    onerror: Place | None
    reads_error: bool  #: the listener of connection errors looks for data
    is_subscribed: bool  #: it uses `addEventListener`
    is_open: bool  #: a name that it listens to is not understood

    @property
    def positions(self) -> list[str]:
        """Where the words stand that it decides by."""
        return list(dict.fromkeys(one.at for one in self.words))

    def handled(self, at: str) -> dict[str, Word]:
        """Return the words that it handles."""
        found = {one.word: one for one in reversed(self.words) if one.at == at}
        if at == EVENT and self.onmessage is not None:
            found.setdefault("message", Word(EVENT, "message", self.onmessage, True, ()))
        if at == EVENT and self.onerror is not None and self.style == "native":
            # it arrives there, whatever that makes of it
            found.setdefault("error", Word(EVENT, "error", self.onerror, True, ()))
        return found

    def takes_any(self, at: str, sent: Iterable[str]) -> bool:
        """Whether it does something with every word, also with one that it does not name."""
        if self.is_open or any(one.at == at for one in self.defaults):
            return True
        if self.style == "native" and at == EVENT:
            return False
        every = {*sent, *self.handled(at)}
        return any(
            one.at in {at, "*"} and not any(every & set(words) for words in one.within)
            for one in self.uses
        )


def listeners(facts: Mapping[str, list[dict[str, Any]]]) -> list[Listener]:
    """Return what the page's reader found, by place."""
    found = [_listener(one) for one in facts.get("events", ())]
    return sorted(found, key=lambda one: one.place)


def _listener(fact: dict[str, Any]) -> Listener:
    error = fact["onerror"]
    return Listener(
        place=Place(**fact["place"]),
        style=fact["style"],
        url=fact["url"],
        words=tuple(
            Word(_at(one), one["word"], Place(**one["place"]), one["weak"], _within(one))
            for one in fact["words"]
        ),
        defaults=tuple(Use(_at(one), (), Place(**one["place"])) for one in fact["defaults"]),
        uses=tuple(Use(_at(one), _within(one), Place(**one["place"])) for one in fact["generic"]),
        reads=tuple(
            Read(
                one["path"],
                _within(one),
                Place(**one["place"]),
                one["fallback"],
                one["tested"],
            )
            for one in fact["reads"]
        ),
        onmessage=Place(**fact["onmessage"]) if fact["onmessage"] else None,
        onerror=Place(**error["place"]) if error else None,
        reads_error=bool(error and error["readsData"]),
        is_subscribed=fact["isSubscribed"],
        is_open=fact["isOpen"] or fact["isOpaque"],
    )


def _at(one: dict[str, Any]) -> str:
    """The reader marks the field of the frame with no path at all."""
    return EVENT if one["at"] == "" else str(one["at"])


def _within(one: dict[str, Any]) -> Branches:
    return tuple(tuple(words) for words in one["within"])
