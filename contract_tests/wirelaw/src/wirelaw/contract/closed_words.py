"""Closed sets of words of the contract: what the page compares with them, and where it takes them for any text."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirelaw.contract.checking import missing, on_contract
from wirelaw.contract.view import Compared, View
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository


def _never_sent(_: Repository, view: View) -> Iterator[Finding]:
    for compared in view.compared():
        words = _words(view, compared.id)
        if words is None or compared.word in words or not compared.word:
            continue
        declared = view.properties[compared.id][0]
        yield Finding(
            part="contract",
            pointer=str(compared.place),
            code="word-never-sent",
            found=f'compares {declared.name} with "{compared.word}"',
            expected=f"declares {_quoted(words)} only",
            source=str(view.declared.place(declared.pointer)),
            key=(declared.pointer, compared.word),
            fix=_NEVER_SENT.fix,
        )


def _differ(_: Repository, view: View) -> Iterator[Finding]:
    for own, name, declared in _typed(view):
        words = view.binder.words(declared.schema)
        if words is None or own["type"]["kind"] != "words":
            continue
        listed = frozenset(own["type"]["words"])
        if listed == words or not listed & words:
            continue
        lacks = f"lacks {_quoted(words - listed)}" if words - listed else ""
        adds = f"has {_quoted(listed - words)}" if listed - words else ""
        yield Finding(
            part="contract",
            pointer=str(Place(**(own["words"] or own["place"]))),
            code="field-words-differ",
            found=f"the type of {name} {' and '.join(filter(None, (lacks, adds)))}",
            expected=f"declares {_quoted(words)}",
            source=str(view.declared.place(declared.pointer)),
            key=(declared.pointer, *sorted(listed ^ words)),
            fix=_DIFFER.fix,
        )


def _widened(_: Repository, view: View) -> Iterator[Finding]:
    uses: dict[str, list[Compared]] = defaultdict(list)
    for use in view.compared():
        uses[use.id].append(use)
    for own, name, declared in _typed(view):
        words = view.binder.words(declared.schema)
        compared = [use for each in own["ids"] for use in uses[each]]
        if words is None or len(words) < 2 or own["type"]["kind"] != "text" or not compared:
            continue
        yield Finding(
            part="contract",
            pointer=str(Place(**own["place"])),
            code="word-widened",
            found=f'takes {name} for any string, and compares it with "{compared[0].word}" at {compared[0].place}',
            expected=f"declares {_quoted(words)} only",
            source=str(view.declared.place(declared.pointer)),
            key=(declared.pointer,),
            fix=_WIDENED.fix,
        )


def _loosened(_: Repository, view: View) -> Iterator[Finding]:
    for one in view.loosened():
        words = _words(view, one.id)
        if words is None or len(words) < 2:
            continue
        declared = view.properties[one.id][0]
        yield Finding(
            part="contract",
            pointer=str(one.place),
            code="word-loosened",
            found=f"takes {declared.name} for any text: it {one.how}",
            expected=f"declares {_quoted(words)} only",
            source=str(view.declared.place(declared.pointer)),
            key=(declared.pointer, one.how),
            fix=_LOOSENED.fix,
        )


def _typed(view: View) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Yield the fields of the page's types that have one meaning in the contract, and a type of their own."""
    for bound in view.bound:
        for name, own in sorted(bound.shape["fields"].items()):
            declared = bound.schema.properties.get(name)
            is_clear = all(len(view.properties[each]) == 1 for each in own["ids"])
            if declared is not None and own["type"] is not None and is_clear:
                yield own, name, declared


def _words(view: View, field: str) -> frozenset[str] | None:
    """Return the words of a field of the page's types in any of the answers that it stands for."""
    found = [view.binder.words(one.schema) for one in view.properties.get(field, ())]
    closed = [words for words in found if words is not None]
    return frozenset().union(*closed) if closed and len(closed) == len(found) else None


def _quoted(words: frozenset[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))


_NEVER_SENT = Check(
    code="word-never-sent",
    level=1,
    meaning="The page compares a field with a word that the contract does not list for it, so that branch never runs.",
    fix="compare with a word that is sent, or add it to the enum of the service",
    run=on_contract(_never_sent),
    missing=missing,
)
_DIFFER = Check(
    code="field-words-differ",
    level=1,
    meaning="The page's type of a field lists other words than the contract: a word that comes is not expected, "
    "or one that is expected cannot come.",
    fix="list the words of the contract in the type, or take the type from the contract",
    run=on_contract(_differ),
    missing=missing,
    same_as="words-differ",
)
_WIDENED = Check(
    code="word-widened",
    level=1,
    meaning="The contract lists the words of a field, the page's type is any string, and the page compares it: "
    "the compiler cannot notice a word that is renamed or added.",
    fix="give the field the type of its words",
    run=on_contract(_widened),
    missing=missing,
)
_LOOSENED = Check(
    code="word-loosened",
    level=1,
    meaning="The page casts a field whose words the contract lists to string, or compares it as text: the compiler "
    "accepts a word that cannot come.",
    fix="compare the value itself, and leave out the cast",
    run=on_contract(_loosened),
    missing=missing,
)
CHECKS = (_NEVER_SENT, _DIFFER, _WIDENED, _LOOSENED)
