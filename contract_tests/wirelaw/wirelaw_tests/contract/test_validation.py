"""Values against the schemas of a contract, and the error that explains a union."""

from typing import Any

import pytest

from wirelaw.contract.document import Contract, pointer
from wirelaw.contract.validation import nearest_error

CAT = {
    "type": "object",
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
    "required": ["kind", "lives"],
}
DOG = {
    "type": "object",
    "properties": {
        "kind": {"const": "dog"},
        "name": {"type": "string"},
        "born": {"type": "string"},
    },
    "required": ["kind", "name", "born"],
}
PET = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}


@pytest.mark.parametrize(
    ("value", "place", "words"),
    [
        ({"kind": "dog"}, "", "'name' is a required property"),
        ({"kind": "cat", "lives": "nine"}, "/lives", "'nine' is not of type 'integer'"),
        # without a tag that fits, the member with the fewest errors
        ({"lives": 9}, "", "'kind' is a required property"),
    ],
)
def test_the_error_of_a_union_is_that_of_the_nearest_member(
    value: Any, place: str, words: str
) -> None:
    contract = Contract({"components": {"schemas": {"Cat": CAT, "Dog": DOG, "Pet": PET}}})
    error = nearest_error(contract, {"$ref": "#/components/schemas/Pet"}, value)
    assert error is not None
    assert (pointer(*error.absolute_path), error.message) == (place, words)


def test_the_error_of_a_nullable_value_is_not_that_it_is_not_null() -> None:
    contract = Contract({"components": {"schemas": {"Cat": CAT}}})
    nullable = {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}]}
    assert nearest_error(contract, nullable, None) is None
    error = nearest_error(contract, nullable, {"kind": "cow", "lives": "none"})
    assert error is not None
    assert "null" not in error.message
