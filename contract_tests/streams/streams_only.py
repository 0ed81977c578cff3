"""The streams without routes."""

from starlette.types import Receive, Scope, Send

from contract_tests.streams.scenario import STREAMS, Scenario
from quant_engine.api.errors import failure
from quant_engine.api.schemas.envelope import RequestContext, request_context
from quant_engine.domain.errors import NotFound


class StreamsOnlyApp:
    """The streams without routes: an ASGI app with fewer await points that are not the stream's own."""

    def __init__(self, scenario: Scenario) -> None:
        self._services = scenario.app.state.services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer any request with a stream, until the client disconnects."""
        request_context.set(RequestContext("sweep", None))
        try:
            await self._stream(scope, send)
        except NotFound as error:
            await failure(error.code, error.message)(scope, receive, send)

    async def _stream(self, scope: Scope, send: Send) -> None:
        last_event_id = next(
            (v.decode() for n, v in scope["headers"] if n == b"last-event-id"), None
        )
        path = scope["path"]
        if path == STREAMS.all.path:
            stream = STREAMS.all
        else:
            stream = STREAMS.log if path.endswith("/log/events") else STREAMS.job
        if stream is STREAMS.all:
            frames = await self._services.streams.stream_all(last_event_id)
        elif stream is STREAMS.log:
            frames = await self._services.log_streams.stream(path.split("/")[3], last_event_id)
        else:
            frames = await self._services.streams.stream_job(path.split("/")[3], last_event_id)
        if frames is None:
            await send({"type": "http.response.start", "status": 204, "headers": []})
        else:
            sent = {name: schema.get("const", "x") for name, schema in stream.headers.items()}
            sent["content-type"] = "text/event-stream"
            headers = [(name.encode(), value.encode()) for name, value in sent.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for chunk in frames:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
