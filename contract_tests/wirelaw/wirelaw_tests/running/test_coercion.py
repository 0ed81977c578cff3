"""What no author means to change on the way is found, and what a model does on purpose is not."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel, PlainSerializer

from wirelaw.running.coercion import coerced


class Colour(StrEnum):
    RED = "red"


class Model(BaseModel):
    share: Annotated[float, PlainSerializer(lambda value: f"{value:.1%}")] = 0.25
    number: int = 2**60
    ratio: float = float("inf")


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        # what is declared: other names, fewer fields, defaults, and how a type is written
        ({"user_id": 1, "secret": "x"}, {"userId": 1}),
        ({"colour": Colour.RED}, {"colour": "red"}),
        ({"id": UUID(int=1), "at": datetime(2026, 1, 1, tzinfo=UTC)}, {"id": "0", "at": "2026"}),
        ({"price": Decimal("1.10"), "tags": {"a"}}, {"price": "1.10", "tags": ["a"]}),
        # JavaScript has one kind of number
        ({"count": 7, "share": 7.0}, {"count": 7.0, "share": 7}),
        ({"name": "a"}, {"name": None}),
        ([1, 2], [1]),
        (Model(number=1, ratio=0.5), {"share": "25.0%", "number": 1, "ratio": 0.5}),
        (None, "a"),
    ],
)
def test_what_is_declared_is_no_coercion(value: Any, carried: Any) -> None:
    assert [*coerced(value, carried)] == []


@pytest.mark.parametrize(
    ("value", "carried", "place", "code"),
    [
        ({"count": "7"}, {"count": 7}, "/count", "value-changed"),
        ({"rows": [{"on": True}]}, {"rows": [{"on": 1}]}, "/rows/0/on", "value-changed"),
        ({"a/b": 1}, {"a/b": "1"}, "/a~1b", "value-changed"),
        ({1: "7"}, {"1": 7}, "/1", "value-changed"),
        ({"ratio": float("nan")}, {"ratio": None}, "/ratio", "not-finite"),
        ({"id": 2**53 + 1}, {"id": 2**53 + 1}, "/id", "not-exact-in-javascript"),
    ],
)
def test_a_coercion_is_found(value: Any, carried: Any, place: str, code: str) -> None:
    (found,) = coerced(value, carried)
    assert (found.pointer, found.code) == (place, code)


def test_the_numbers_of_a_model_are_looked_at() -> None:
    found = [*coerced(Model(), {"share": "25.0%", "number": 2**60, "ratio": None})]
    assert [(one.pointer, one.code) for one in found] == [
        ("/number", "not-exact-in-javascript"),
        ("/ratio", "not-finite"),
    ]
