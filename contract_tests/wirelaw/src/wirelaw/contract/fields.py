"""Fields that the page reads and no answer has, and fields that are sent and that nothing reads."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wirelaw.contract.binding import Bound, Object
from wirelaw.contract.checking import handlers_of, missing, on_contract
from wirelaw.contract.view import Answer, View
from wirelaw.finding import Finding, Place
from wirelaw.repository import Check, Repository

#: of the fields of a schema, the share that the page must read for the others to be worth a line
MOSTLY_READ = 0.7
SHOWN = 4  #: names in a finding


def _not_sent(repository: Repository, view: View) -> Iterator[Finding]:
    seen = set()
    for answer in view.answers:
        for bound in answer.bound:
            pair = (bound.schema.pointer, bound.shape["shape"])
            if pair not in seen and not bound.schema.is_open and not bound.shape["isOpen"]:
                # the same type of another answer with the same schema is the same drift
                seen.add(pair)
                yield from _unsent(view, answer, bound, _texts(repository, answer))


def _texts(repository: Repository, answer: Answer) -> frozenset[str]:
    """Every string in the handlers of an operation: one that builds its answer itself may send a field of this name."""
    own = [one.handler for one in handlers_of(repository, answer.request.operation)]
    return frozenset(
        one.value
        for handler in own
        if handler is not None
        for one in ast.walk(handler)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def _unsent(view: View, answer: Answer, bound: Bound, texts: frozenset[str]) -> Iterator[Finding]:
    names = []
    read: Place | None = None
    for name, own in sorted(bound.shape["fields"].items()):
        if name in bound.schema.properties or name in texts:
            continue
        place = view.read_at(own["ids"])
        # one type for several answers, of which some have the field: the page knows that it may lack
        is_shared = own["isOptional"] and any(each in view.properties for each in own["ids"])
        if place is not None and not is_shared:
            names.append(name)
            read = read or place
    if not names or read is None:
        return
    operation, kind = answer.request.operation, bound.shape["name"]
    yield Finding(
        part="contract",
        pointer=str(read),
        code="field-not-sent",
        found=f"reads {_list(names)} of {_type(kind)}, the answer of {operation} at {answer.request.call.place}",
        expected=f"declares only {_list(bound.schema.properties)} in {bound.schema.name}",
        source=str(view.declared.place(bound.schema.pointer)),
        key=(bound.schema.name, kind, *names),
        fix=_NOT_SENT.fix,
    )


def _not_read(_: Repository, view: View) -> Iterator[Finding]:
    by_schema: dict[str, list[Bound]] = defaultdict(list)
    for one in view.bound:
        by_schema[one.schema.pointer].append(one)
    for bound in by_schema.values():
        schema = bound[0].schema
        unread = _unread(view, schema, bound)
        n_read = len(schema.properties) - len(unread)
        if not unread or n_read < MOSTLY_READ * len(schema.properties):
            continue
        yield Finding(
            part="contract",
            pointer=str(view.declared.place(schema.properties[unread[0]].pointer)),
            code="field-not-read",
            found=f"sends {_list(unread)} in {schema.name}",
            expected=f"describes it as {_type(bound[0].shape['name'])} and reads {n_read} of its "
            f"{len(schema.properties)} fields, this one nowhere"
            if len(unread) == 1
            else f"describes it as {_type(bound[0].shape['name'])} and reads these nowhere",
            source=str(_place_of(bound[0].shape)),
            key=(schema.name, *unread),
            fix=_NOT_READ.fix,
        )


def _unread(view: View, schema: Object, bound: list[Bound]) -> list[str]:
    if any(one.shape["shape"] in view.whole for one in bound):
        return []
    unread = []
    for name in sorted(schema.properties):
        own = [one.shape["fields"][name]["ids"] for one in bound if name in one.shape["fields"]]
        is_read = any(view.read_at(ids) for ids in own) or any(
            view.may_read(name, one.shape) for one in bound
        )
        if not is_read:
            unread.append(name)
    return unread


def _place_of(shape: dict[str, Any]) -> Place:
    return min(Place(**one["place"]) for one in shape["fields"].values())


def _type(name: str) -> str:
    return name if name and not name.startswith("__") else "an unnamed type"


def _list(names: Any) -> str:
    listed = list(names)
    rest = len(listed) - SHOWN
    return ", ".join(listed[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


_NOT_SENT = Check(
    code="field-not-sent",
    level=1,
    meaning="The page reads a field of an answer whose schema has no such field: it is undefined whenever the page runs.",
    fix="send the field, or read the one that is sent and correct the type",
    run=on_contract(_not_sent),
    missing=missing,
)
_NOT_READ = Check(
    code="field-not-read",
    level=1,
    meaning="The page reads most of an answer, and nothing of the page reads this field: it is computed in vain, "
    "or the page forgot to show it.",
    fix="show the field, or stop sending it",
    run=on_contract(_not_read),
    missing=missing,
)
CHECKS = (_NOT_SENT, _NOT_READ)
