"""The events of a stream are declared from a union of models, wherever the word of an event stands."""

from typing import Annotated, Any, Literal

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from wirelaw.contract.document import Contract
from wirelaw.named_events import declare_events, install_events, name_of

PATH = "/jobs/{job_id}/events"


class Progress(BaseModel):
    type: Literal["progress"]
    fraction: float


class Result(BaseModel):
    rows: int


class Done(BaseModel):
    type: Literal["done"] = "done"
    result: Result


class DoneFrame(BaseModel):
    """The last frame."""

    event: Literal["done"]
    data: Result


class LineFrame(BaseModel):
    """A frame of the log."""

    event: Literal["line"]
    data: str


Payload = Progress | Done


def app() -> FastAPI:
    service = FastAPI()

    @service.get(PATH)
    async def job_events(job_id: str) -> StreamingResponse:
        return StreamingResponse(iter([f"data: {job_id}\n\n"]), media_type="text/event-stream")

    return service


def declared(union: Any, **options: Any) -> Contract:
    service = app()
    install_events(service, PATH, union, name="JobEvent", **options)
    return Contract(service.openapi())


def item_of(contract: Contract) -> Any:
    return contract.resolve(contract.document["components"]["schemas"]["JobEvent"])


def test_payloads_are_frames_with_the_name_of_their_event() -> None:
    contract = declared(Payload)
    (operation,) = contract.operations()
    assert [*operation.events] == ["progress", "done"]
    frame = operation.events["done"]
    assert frame["required"] == ["event", "data"]
    assert frame["properties"]["event"] == {"const": "done", "type": "string"}
    data = frame["properties"]["data"]
    assert contract.resolve(data["contentSchema"])["properties"].keys() == {"type", "result"}
    assert "Result" in contract.components
    assert contract.components["JobEventName"] == {"type": "string", "enum": ["progress", "done"]}


def test_the_name_may_be_a_word_of_the_data() -> None:
    contract = declared(Payload, word="data")
    item = item_of(contract)
    assert "event" not in item["properties"]
    union = item["properties"]["data"]["contentSchema"]
    assert union["discriminator"]["propertyName"] == "type"
    assert union["discriminator"]["mapping"]["done"] == "#/components/schemas/Done"
    assert contract.tags(union) == ("type", ["progress", "done"])
    (operation,) = contract.operations()
    assert operation.content["x-sse"] == {"names_in": "data.type", "events": ["progress", "done"]}


def test_models_of_frames_are_frames() -> None:
    contract = declared(DoneFrame | LineFrame, has_ids=True, laws={"last": "done"})
    (operation,) = contract.operations()
    frame = operation.events["done"]
    assert contract.components["DoneFrame"] == frame
    assert frame["required"] == ["event", "id", "data"]
    assert frame["description"] == "The last frame. `data` is JSON of a Result."
    assert operation.events["line"]["properties"]["data"]["contentSchema"] == {"type": "string"}
    assert operation.content["x-sse"] == {"last": "done", "events": ["done", "line"]}


def test_an_app_has_several_streams_and_declares_each_once() -> None:
    service = app()
    service.get("/log")(lambda: None)
    install_events(service, PATH, Payload, name="JobEvent")
    install_events(service, "/log", LineFrame, name="LogEvent")
    first, again = service.openapi(), service.openapi()
    assert first is again
    streams = {one.path: [*one.events] for one in Contract(first).operations()}
    assert streams == {PATH: ["progress", "done"], "/log": ["line"]}


def test_a_route_that_is_added_later_is_declared() -> None:
    service = app()
    install_events(service, PATH, Payload, name="JobEvent")
    service.openapi()
    service.get("/later")(lambda: None)
    service.openapi_schema = None
    later = Contract(service.openapi())
    assert {one.path: one.streams for one in later.operations()} == {PATH: True, "/later": False}


def test_an_annotated_union_is_a_union() -> None:
    contract = declared(Annotated[Payload, Field(discriminator="type")])
    (operation,) = contract.operations()
    assert [*operation.events] == ["progress", "done"]


class Nameless(BaseModel):
    kind: str


class Twice(BaseModel):
    type: Literal["done"]


class Both(BaseModel):
    type: Literal["a", "b"]


@pytest.mark.parametrize(
    ("union", "message"),
    [
        (Nameless, r"Nameless has no name: give it a field `type: Literal\['…'\]`"),
        (Both, "Both has no name"),
        (Done | str, "<class 'str'> is no model and no union of models"),
        (Done | Twice, "JobEvent: two models have the same name: done, done"),
    ],
)
def test_a_union_without_names_is_refused(union: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        declared(union)


def test_an_operation_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError):
        declare_events({"paths": {}}, PATH, Payload, name="JobEvent")


def test_the_name_of_an_event() -> None:
    assert [name_of(one) for one in (Progress, Done, LineFrame)] == ["progress", "done", "line"]
