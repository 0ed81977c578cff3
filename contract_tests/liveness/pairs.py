"""Base requests that combine each field with each value of each other field, so that no value hides a field.

The contract declares where a field has no effect: `x-only-when` of a property has schemas that other fields of the
request must fit. A field that is declared so must have an effect there, and must not have one elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from jsonschema_rs import is_valid

from wirelaw.contract.document import Node, Operation
from wirelaw.running.inputs import Input, candidates, members

ONLY_WHEN = "x-only-when"
STARTS = 10  #: of the search for the request with most of the missing pairs
Body = dict[str, Any]
Pair = tuple[str, str, str]  #: a field, another field, and a value of that one


@dataclass(frozen=True)
class Fields:
    """The fields of one request."""

    levels: Mapping[
        str, list[Any]
    ]  #: the values of each in base requests, that of the plain one first
    conditions: Mapping[str, Mapping[str, Node]] = field(default_factory=dict)  #: `x-only-when`
    impossible: Sequence[Body] = ()  #: values that the data do not have together

    def matters(self, name: str, body: Body) -> bool:
        """Whether the contract says that a field has an effect in a request."""
        return self._unmet(name, body) == []

    def bases(self) -> Iterator[tuple[Body, list[str]]]:
        """Yield base requests until there is one for each pair, each with the fields to change in it.

        Raises:
            ValueError: no request has one of the pairs; a condition is wrong.
        """
        missing = {
            (name, other, repr(value))
            for name in self.levels
            for other, values in self.levels.items()
            for value in values
            if name != other and not (name in self.conditions.get(other, {}) and value != values[0])
        }
        random = Random(0)  # noqa: S311 - the same requests each time
        while missing:
            body = max(
                (self._climb(self._body(random), missing) for _ in range(STARTS)),
                key=lambda one: len(missing & self._pairs(one)),
            )
            found = missing & self._pairs(body)
            if not found:
                raise ValueError(f"No request has {min(missing)}")
            missing -= found
            yield body, [name for name in self.levels if any(name == pair[0] for pair in found)]

    def _body(self, random: Random) -> Body:
        body = {name: random.choice(values) for name, values in self.levels.items()}
        return self._allowed(body) or self._body(random)

    def _climb(self, body: Body, missing: set[Pair]) -> Body:
        """Give each field in turn the value with which the request has most of the missing pairs."""
        for name, values in self.levels.items():
            changed = [self._allowed({**body, name: value}) for value in values]
            bodies = [body, *(one for one in changed if one is not None)]
            body = max(bodies, key=lambda one: len(missing & self._pairs(one)))
        return body

    def _allowed(self, body: Body) -> Body | None:
        """Return a request without the values that the contract refuses; None if the data do not allow it."""
        unmet = {name: self.levels[name][0] for name in self.conditions if self._unmet(name, body)}
        body = {**body, **unmet}
        return None if any(one.items() <= body.items() for one in self.impossible) else body

    def _pairs(self, body: Body) -> set[Pair]:
        """Return the pairs that changing the fields of a request shows."""
        found = set()
        for name in self.levels:
            unmet = self._unmet(name, body)
            if len(unmet) > 1 or self._is_fixed(name, body):
                continue
            others = unmet or [other for other in body if other != name]
            found |= {(name, other, repr(body[other])) for other in others}
        return found

    def _unmet(self, name: str, body: Body) -> list[str]:
        conditions = self.conditions.get(name, {})
        return [other for other, schema in conditions.items() if not is_valid(schema, body[other])]

    def _is_fixed(self, name: str, body: Body) -> bool:
        # another field has a value that it may have only with this value of the field
        return any(
            name in conditions and body[other] != self.levels[other][0]
            for other, conditions in self.conditions.items()
        )


def body_fields(
    operation: Operation,
    examples: Mapping[str, list[Any]],
    plain: Body,
    impossible: Sequence[Body] = (),
) -> Fields:
    """Return the fields of an operation's body; `plain` has those whose first value is not the default."""
    levels, conditions = {}, {}
    for name, schema in operation.request_fields.items():
        one = Input(operation, "body", name, schema)
        first = plain.get(name, schema.get("default"))
        values = others(one, examples, first)
        is_closed = members(operation.contract, schema) is not None
        levels[name] = [first, *(values if is_closed else values[:1])]
        if ONLY_WHEN in schema:
            conditions[name] = schema[ONLY_WHEN]
    return Fields(levels, conditions, impossible)


def others(one: Input, examples: Mapping[str, list[Any]], value: Any) -> list[Any]:
    """Return the values to try in place of one, those of the examples first."""
    values = [
        *examples.get(one.name, []),
        *candidates(one.operation.contract, one.schema, value),
    ]
    return [other for other in values if other != value]
