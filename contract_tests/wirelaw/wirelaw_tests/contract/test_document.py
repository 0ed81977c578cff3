"""Operations, references, pointers and errors of any OpenAPI document."""

from typing import Any

import pytest

from wirelaw.contract.document import Contract, escape, pointer, unescape, walk

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
GET_PET = {"get": {"operationId": "get_pet", "responses": {}}}


def contract_of(paths: dict[str, Any], **schemas: Any) -> Contract:
    return Contract({"paths": paths, "components": {"schemas": schemas}})


def test_a_path_has_members_that_are_not_operations() -> None:
    contract = contract_of({"/pets/{id}": {**GET_PET, "summary": "Pets"}})
    (operation,) = contract.operations()
    assert (str(operation), operation.name) == ("GET /pets/{id}", "get_pet")


def test_a_stream_whose_events_have_no_names_is_read() -> None:
    # as FastAPI's own streams are declared
    item = {"type": "object", "properties": {"event": {"type": "string"}}}
    content = {"text/event-stream": {"itemSchema": item}}
    contract = contract_of({"/events": {"get": {"responses": {"200": {"content": content}}}}})
    (operation,) = contract.operations()
    assert operation.streams
    assert operation.events == {}
    assert contract.frames(item) == [(None, item)]


def test_a_reference_that_leads_nowhere_is_empty() -> None:
    contract = contract_of({}, Pet={"$ref": "#/components/schemas/Gone"})
    assert contract.resolve({"$ref": "#/components/schemas/Pet"}) == {}


@pytest.mark.parametrize("name", ["a/b", "a~b", "~1", "a~1/b"])
def test_a_pointer_leads_to_its_place_whatever_the_name(name: str) -> None:
    assert unescape(escape(name)) == name
    contract = contract_of({name: GET_PET})
    assert contract.at(pointer("paths", name)) == GET_PET
    assert pointer("paths", name, "get") in dict(walk(contract.document, ""))


def test_a_fixed_name_goes_before_a_parameter() -> None:
    contract = contract_of({"/pets/{id}": GET_PET, "/pets/latest": GET_PET})
    found = [contract.match("GET", path) for path in ("/pets/latest", "/pets/7", "/pets/")]
    assert [str(one) for one in found] == ["GET /pets/latest", "GET /pets/{id}", "None"]


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
    contract = contract_of({}, Cat=CAT, Dog=DOG, Pet=PET)
    error = contract.nearest_error({"$ref": "#/components/schemas/Pet"}, value)
    assert error is not None
    assert (pointer(*error.absolute_path), error.message) == (place, words)


def test_the_error_of_a_nullable_value_is_not_that_it_is_not_null() -> None:
    contract = contract_of({}, Cat=CAT)
    nullable = {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}]}
    assert contract.nearest_error(nullable, None) is None
    error = contract.nearest_error(nullable, {"kind": "cow", "lives": "none"})
    assert error is not None
    assert "null" not in error.message
