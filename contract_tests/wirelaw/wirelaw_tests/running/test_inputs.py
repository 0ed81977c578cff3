"""The inputs of requests, and other values that their schemas suggest."""

from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.running.inputs import candidates, inputs, members

DEEP = {
    "type": "object",
    "properties": {
        "rows": {"type": "integer"},
        "filter": {
            "anyOf": [{"$ref": "#/components/schemas/Filter"}, {"type": "null"}],
        },
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
FILTER = {
    "type": "object",
    "properties": {"least": {"type": "number"}, "inner": {"$ref": "#/components/schemas/Filter"}},
}
CONTRACT = Contract(
    {
        "paths": {
            "/a": {
                method: {
                    "parameters": [
                        {"in": "query", "name": "limit", "schema": {"type": "integer"}},
                        {"in": "path", "name": "id", "schema": {"type": "string"}},
                    ],
                    "requestBody": {"content": {"application/json": {"schema": DEEP}}},
                    "responses": {},
                }
                for method in ("put", "patch")
            }
        },
        "components": {"schemas": {"Filter": FILTER}},
    }
)


def test_fields_of_objects_are_inputs_of_every_method() -> None:
    found = [str(one) for one in inputs(CONTRACT) if one.operation.method == "patch"]
    assert found[:3] == [
        "PATCH /a query/limit",
        "PATCH /a body/rows",
        "PATCH /a body/filter/least",
    ]
    assert found[-1] == "PATCH /a body/tags"
    # an object that contains itself ends somewhere
    assert len(found) < 10
    assert {one.operation.method for one in inputs(CONTRACT)} == {"put", "patch"}


@pytest.mark.parametrize(
    ("schema", "base", "expected"),
    [
        ({"type": "string"}, "a", ["ax"]),
        ({"type": "string", "minLength": 3}, None, ["xxx"]),
        ({"type": "string", "format": "date"}, None, []),
        ({"type": "boolean"}, False, [True]),
        ({"enum": ["a", "b"]}, "a", ["b"]),
        ({"type": "integer", "minimum": 1, "maximum": 2}, 1, [2]),
        ({"anyOf": [{"const": 1}, {"type": "null"}]}, None, [1]),
        ({"type": "array", "items": {"type": "boolean"}}, [True], [[False], [True, False]]),
    ],
)
def test_other_values_are_those_that_the_schema_allows(
    schema: Any, base: Any, expected: list[Any]
) -> None:
    assert candidates(CONTRACT, schema, base) == expected


def test_a_number_has_no_list_of_members() -> None:
    assert members(CONTRACT, {"type": "integer"}) is None
