"""A place where `openapi-3.1.json` would mean something else than the contract is found."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.clients.meaning import differences, plain
from contract_tests.clients.values import compare
from contract_tests.repository import CLIENTS_FILE, committed
from contract_tests.traces.trace import read
from wirelaw.contract.document import Contract, Node

Edit = Callable[[Node], Any]


@pytest.fixture(scope="module")
def clients() -> Contract:
    return Contract.read(CLIENTS_FILE)


def schema(name: str) -> Callable[[Node], Node]:
    return lambda document: document["components"]["schemas"][name]


def operation(path: str, method: str = "get") -> Callable[[Node], Node]:
    return lambda document: document["paths"][path][method]


JOBS, EVENTS = operation("/api/jobs"), operation("/api/jobs/{job_id}/events")
TRAIN, FAILURE = schema("TrainJob"), schema("ApiFailure")

#: a change of the document for clients, and the first finding: place and code
PLANTED: dict[str, tuple[Edit, str, str]] = {
    "version": (lambda d: d.update(openapi="3.2.0"), "/openapi", "version"),
    "operation": (lambda d: d["paths"].pop("/api/models"), "/paths/~1api~1models", "missing"),
    "operation id": (lambda d: JOBS(d).update(operationId="jobs"), "/paths/~1api~1jobs/get/operationId", "differs"),
    "parameter": (lambda d: JOBS(d)["parameters"].pop(), "/paths/~1api~1jobs/get/parameters", "differs"),
    "header parameter": (lambda d: EVENTS(d)["parameters"].pop(), "/paths/~1api~1jobs~1{job_id}~1events/get/parameters", "differs"),
    "status": (lambda d: JOBS(d)["responses"].pop("503"), "/paths/~1api~1jobs/get/responses/503", "missing"),
    "media type": (
        lambda d: EVENTS(d)["responses"]["200"]["content"].update({"text/plain": {}}),
        "/paths/~1api~1jobs~1{job_id}~1events/get/responses/200/content/text~1plain",
        "undeclared",
    ),
    "stream": (
        lambda d: EVENTS(d)["responses"]["200"]["content"]["text/event-stream"].pop("x-item-schema"),
        "/paths/~1api~1jobs~1{job_id}~1events/get/responses/200/content/text~1event-stream/itemSchema",
        "missing",
    ),
    "frame": (
        lambda d: EVENTS(d)["responses"]["200"]["content"]["text/event-stream"]["x-item-schema"].update(
            {"$ref": "#/components/schemas/AnyJobEvent"}
        ),
        "/components/schemas/JobEvent/oneOf",
        "differs",
    ),
    "header": (
        lambda d: JOBS(d)["responses"]["200"]["headers"].pop("X-Request-ID"),
        "/paths/~1api~1jobs/get/responses/200/headers/X-Request-ID",
        "missing",
    ),
    "component": (lambda d: d["components"]["schemas"].pop("JobEventName"), "/components/schemas/JobEventName", "missing"),
    "more components": (lambda d: d["components"]["schemas"].update(New={}), "/components/schemas/New", "undeclared"),
    "bound": (lambda d: TRAIN(d)["properties"]["attempt"].update(minimum=1), "/components/schemas/TrainJob/properties/attempt/minimum", "differs"),
    "number": (
        lambda d: TRAIN(d)["properties"]["progress"].update(format="float"),
        "/components/schemas/TrainJob/properties/progress/format",
        "undeclared",
    ),
    "null": (lambda d: FAILURE(d)["properties"]["data"].pop("const"), "/components/schemas/ApiFailure_NoneType_/properties/data/const", "missing"),
    "boolean": (lambda d: FAILURE(d)["properties"]["ok"].update(const=True), "/components/schemas/ApiFailure_NoneType_/properties/ok/const", "differs"),
    "time": (lambda d: TRAIN(d)["properties"]["created_at"].update(pattern="^.*z$"), "/components/schemas/TrainJob/properties/created_at/pattern", "differs"),
    "required": (lambda d: TRAIN(d)["required"].pop(), "/components/schemas/TrainJob/required", "differs"),
    "other answer": (
        lambda d: JOBS(d)["responses"]["200"]["content"]["application/json"]["schema"].update(
            {"$ref": "#/components/schemas/ApiSuccessModelPage"}
        ),
        "/paths/~1api~1models/get/responses/200/content/application~1json/schema/$ref",
        "one-name-for-two",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_each_difference_is_found(clients: Contract, name: str) -> None:
    edit, place, code = PLANTED[name]
    edited = clients.copy()
    edit(edited.document)
    found = [(one.pointer, one.code) for one in differences(committed(), edited)]
    assert (place, code) in found, found


#: a change of a schema that makes it accept another set of values
VALUES: dict[str, Edit] = {
    "null": lambda d: FAILURE(d)["properties"]["data"].pop("const"),
    "boolean": lambda d: FAILURE(d)["properties"]["ok"].pop("const"),
    "time": lambda d: TRAIN(d)["properties"]["created_at"].pop("pattern"),
    "required": lambda d: TRAIN(d)["required"].remove("attempt"),
    "request": lambda d: schema("TrainRequest")(d)["properties"]["years"].update(minimum=0),
    "frame": lambda d: schema("CompletedEvent")(d)["properties"]["event"].update(const="complete"),
    "media type": lambda d: JOBS(d)["responses"]["200"]["content"].clear(),
}


@pytest.mark.parametrize("name", VALUES)
def test_each_value_that_only_one_accepts_is_found(clients: Contract, name: str) -> None:
    edited = clients.copy()
    VALUES[name](edited.document)
    found = compare(committed(), edited, read()).findings
    assert {one.code for one in found} == {"disagree"}


def test_the_common_form_changes_no_field_of_that_name() -> None:
    fields = {"type": {"type": "string"}, "const": {"type": "null"}, "pattern": {}}
    assert plain(copy.deepcopy(fields)) == fields
