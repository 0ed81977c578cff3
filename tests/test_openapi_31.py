"""The form of the contract for client generators, rule by rule."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from quant_engine.cli.openapi_31 import client_name, derive

ROOT = Path(__file__).parents[1]


@pytest.fixture
def contract() -> dict[str, Any]:
    return {
        "openapi": "3.2.0",
        "paths": {},
        "components": {"schemas": {"One": {"type": "object", "properties": {}}}},
    }


def derived(contract: dict[str, Any], schema: dict[str, Any]) -> Any:
    contract["components"]["schemas"]["One"] = schema
    return derive(contract)["components"]["schemas"]["One"]


def test_the_committed_file_is_derived_from_the_committed_contract() -> None:
    contract, clients = (
        json.loads((ROOT / name).read_text(encoding="utf-8"))
        for name in ("openapi.json", "openapi-3.1.json")
    )
    before = copy.deepcopy(contract)
    assert derive(contract) == clients, "run `quant-engine contract export`"
    assert contract == before


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("ApiSuccess_JobPage_", "ApiSuccessJobPage"),
        ("ApiSuccess_Union_AutopilotCycle__NoneType__", "ApiSuccessOptionalAutopilotCycle"),
        ("ApiFailure_NoneType_", "ApiFailure"),
        ("ApiFailure_Health_", "ApiFailureHealth"),
        ("ApiError", "ApiError"),
        ("JobRecord", "JobRecord"),
    ],
)
def test_names_read_well_in_code(component: str, name: str) -> None:
    assert client_name(component) == name


def test_a_name_replaces_the_title_and_every_reference(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    schemas["ApiSuccess_One_"] = {"title": "ApiSuccess[One]"}
    schemas["One"] = {
        "oneOf": [{"$ref": "#/components/schemas/ApiSuccess_One_"}],
        "discriminator": {"mapping": {"one": "#/components/schemas/ApiSuccess_One_"}},
    }
    found = derive(contract)["components"]["schemas"]
    assert found["ApiSuccessOne"] == {"title": "ApiSuccessOne"}
    assert found["One"]["oneOf"] == [{"$ref": "#/components/schemas/ApiSuccessOne"}]
    assert found["One"]["discriminator"]["mapping"]["one"] == "#/components/schemas/ApiSuccessOne"


def test_two_components_never_get_one_name(contract: dict[str, Any]) -> None:
    contract["components"]["schemas"] = {"ApiFailure_NoneType_": {}, "ApiFailure": {}}
    with pytest.raises(ValueError, match="one name"):
        derive(contract)


def test_null_has_no_type_of_its_own_but_in_unions(contract: dict[str, Any]) -> None:
    union = {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}
    found = derived(contract, {"properties": {"type": {"type": "null"}, "union": union}})
    assert found["properties"]["type"] == {"type": ["string", "null"], "const": None}
    assert found["properties"]["union"] == union


def test_a_constant_boolean_has_no_type(contract: dict[str, Any]) -> None:
    found = derived(contract, {"properties": {"ok": {"type": "boolean", "const": True}}})
    assert found["properties"]["ok"] == {"const": True}
    text = {"type": "string", "const": "train"}
    assert derived(contract, text) == text


def test_a_number_has_double_precision(contract: dict[str, Any]) -> None:
    assert derived(contract, {"type": "number", "minimum": 0})["format"] == "double"
    assert "format" not in derived(contract, {"type": "integer"})
    assert "format" not in derived(contract, {"properties": {"type": {"type": "string"}}})


def test_a_pattern_of_times_begins_at_the_start(contract: dict[str, Any]) -> None:
    time = {"type": "string", "format": "date-time", "pattern": "Z$"}
    assert derived(contract, time)["pattern"] == "^.*Z$"


def test_a_stream_is_text_and_is_resumed_by_its_header(contract: dict[str, Any]) -> None:
    parameters = [
        {"in": "query", "name": "last_event_id"},
        {"in": "query", "name": "lastEventId"},
        {"in": "query", "name": "limit"},
        {"in": "header", "name": "last-event-id"},
    ]
    resume = {"query": "last_event_id", "query_alias": "lastEventId", "header": "Last-Event-ID"}
    content = {"text/event-stream": {"itemSchema": {"$ref": "#/components/schemas/One"}}}
    contract["paths"]["/events"] = {
        "get": {
            "parameters": parameters,
            "x-sse": {"resume": resume},
            "responses": {"200": {"content": content}, "204": {}},
        }
    }
    operation = derive(contract)["paths"]["/events"]["get"]
    assert [one["name"] for one in operation["parameters"]] == ["limit", "last-event-id"]
    media = operation["responses"]["200"]["content"]["text/event-stream"]
    assert media["schema"]["type"] == "string"
    assert media["x-item-schema"] == {"$ref": "#/components/schemas/One"}
    assert "itemSchema" not in media
