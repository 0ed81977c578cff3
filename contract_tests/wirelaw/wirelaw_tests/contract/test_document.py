"""Operations, references, pointers and errors of any OpenAPI document."""

from typing import Any

import pytest

from wirelaw.contract.document import Contract, escape, pointer, unescape, walk

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


def test_references_that_go_round_or_to_another_document_are_empty() -> None:
    round_about = {"$ref": "#/components/schemas/Pet"}
    contract = contract_of({}, Pet=round_about, Far={"$ref": "pets.json#/Pet"})
    assert contract.resolve(round_about) == {}
    assert contract.resolve({"$ref": "#/components/schemas/Far"}) == {}


def test_parameters_of_a_path_belong_to_its_operations() -> None:
    shared = [
        {"in": "path", "name": "id", "schema": {"type": "string"}},
        {"in": "query", "name": "full", "schema": {"type": "boolean"}},
    ]
    own = [{"in": "query", "name": "full", "schema": {"type": "integer"}}]
    item = {"parameters": shared, "get": {"parameters": own}, "delete": {}}
    get, delete = contract_of({"/pets/{id}": item}).operations()
    assert [one["schema"]["type"] for one in get.parameters] == ["string", "integer"]
    assert delete.parameters == shared
    assert get.name == "GET /pets/{id}"


def test_methods_that_the_document_names_itself_are_operations() -> None:
    item: dict[str, Any] = {"additionalOperations": {"COPY": {}}, "x-note": {"get": {}}}
    (operation,) = contract_of({"/pets": item}).operations()
    assert str(operation) == "COPY /pets"
