"""Small services whose answers are right or drift, and what tests send them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, StreamingResponse

from wirelaw.named_events import install_events

NEXT_INTEGER = 2**53 + 1
Handler = Callable[[], Awaitable[Any]]


class Inner(BaseModel):
    kind: Literal["a", "b"] = "a"
    note: str | None = None


class Item(BaseModel):
    name: str
    count: int = 0
    inner: Inner | None = None


class Order(BaseModel):
    rows: int
    mode: Literal["fast", "slow"] = "fast"
    filter: Inner = Inner()
    dry_run: bool = False


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str


class Progress(BaseModel):
    type: Literal["progress"]
    fraction: float


class Done(BaseModel):
    type: Literal["done"]


def right() -> FastAPI:
    """A service that answers as it declares."""
    app = FastAPI(title="right")

    @app.get("/items")
    async def items(limit: Annotated[int, Query(le=3)] = 1) -> list[Item]:
        return [Item(name="a", inner=Inner())] * limit

    @app.get("/items/{name}", responses={404: {"description": "There is none."}})
    def item(name: str) -> Item:
        if name == "gone":
            raise HTTPException(404, "gone")
        return Item(name=name)

    @app.post("/orders")
    async def order(body: Order) -> dict[str, Any]:
        return {"rows": body.rows, "inner": body.filter.kind}

    @app.post("/strict")
    async def strict(body: Strict) -> Strict:
        return body

    @app.get("/events")
    async def events() -> StreamingResponse:
        frames = ['event: progress\ndata: {"type": "progress", "fraction": 0.5}\n\n', ": ping\n\n"]
        return StreamingResponse(iter(frames), media_type="text/event-stream")

    install_events(app, "/events", Progress | Done, name="Event")
    return app


def wrong() -> FastAPI:  # noqa: C901 - a handler for each drift
    """A service each of whose answers drifts in one way."""
    app = FastAPI(title="wrong")

    def get(path: str, **options: Any) -> Callable[[Handler], Handler]:
        return app.get(path, **{"response_model": Item, **options})

    @get("/missing")
    async def missing() -> Any:
        return JSONResponse({"count": 1})

    @get("/extra", response_model=list[Item])
    async def extra() -> Any:
        return JSONResponse([{"name": "a", "inner": {"kind": "a", "colour": 1}}] * 3)

    @get("/word")
    async def word() -> Any:
        return JSONResponse({"name": "a", "inner": {"kind": "c"}})

    @get("/text")
    async def text() -> Any:
        return StreamingResponse(iter(["a"]), media_type="text/plain")

    @get("/broken")
    async def broken() -> Any:
        return StreamingResponse(iter(['{"name": NaN}']), media_type="application/json")

    @get("/status", responses={404: {"description": "There is none."}})
    async def status() -> Any:
        raise HTTPException(409, "busy")

    @get("/coerced")
    async def coerced() -> Any:
        return {"name": "a", "count": "7"}

    @get("/rounded", response_model=dict[str, int])
    async def rounded() -> Any:
        return {"id": NEXT_INTEGER}

    @get("/infinite", response_model=dict[str, float | None])
    async def infinite() -> Any:
        return {"ratio": float("nan")}

    @app.get("/events")
    async def events() -> StreamingResponse:
        async def frames() -> AsyncIterator[str]:
            yield 'event: progress\ndata: {"type": "progress"}\n\n'
            yield "event: stalled\ndata: {}\n\n"

        return StreamingResponse(frames(), media_type="text/event-stream")

    install_events(app, "/events", Progress | Done, name="Event")
    return app


#: what `wrong` shows, by path: the code, and a part of each side
WRONG: dict[str, list[tuple[str, str, str]]] = {
    "/missing": [("missing-field", "200 /name sends only count", "declares the field name")],
    "/extra": [("undeclared-field", "/*/inner/colour sends 1", "only kind, note")],
    "/word": [("invalid-value", '/inner/kind sends "c"', 'enum: ["a", "b"]')],
    "/text": [("undeclared-media-type", "answers with text/plain", "application/json")],
    "/broken": [("not-json", "sends b'{\"name\": NaN}'", "declares JSON")],
    "/status": [("undeclared-status", "answers 409", "one of 200, 404")],
    "/coerced": [("value-changed", "/count sends int 7", "returned str '7'")],
    "/rounded": [("not-exact-in-javascript", f"/id sends int {NEXT_INTEGER}", "int 9007")],
    "/infinite": [("not-finite", "/ratio sends NoneType None", "returned float nan")],
    "/events": [
        ("missing-field", "progress data /fraction sends only type", "the field fraction"),
        ("undeclared-event", 'sends the event "stalled"', "one of progress, done"),
    ],
}
