"""The HTTP client of the commands: for the service that owns the home, or for a private one."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from httpx_sse import SSEError, connect_sse

from quant_engine.api.home import owner
from quant_engine.api.schemas.envelope import ApiError
from quant_engine.api.schemas.events import RETRY_MS
from quant_engine.api.schemas.job_log import LogEvent, LogLine
from quant_engine.api.schemas.jobs import JOB_RECORD, AnyJob, EventName
from quant_engine.cli.server import BackgroundService
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode, QuantEngineError, Unavailable

CONNECT_TRIES = 10


class Client:
    """A client of one service."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # a stream pings every 10 s, so 30 s of silence are an error
        self._options: dict[str, Any] = {
            "base_url": url,
            "headers": headers,
            "timeout": 30,
            "trust_env": False,
        }
        self._http = httpx.Client(**self._options)
        self.url = url

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def reconnect(self) -> None:
        """Open new connections: an interrupted one may never answer again."""
        self.close()
        self._http = httpx.Client(**self._options)

    def submit(self, job_type: str, body: dict[str, Any], key: str) -> AnyJob:
        """Queue a job; a repeat with the same key returns the first one."""
        path = f"/api/compute/{job_type}"
        headers = {"Idempotency-Key": key}
        return JOB_RECORD.validate_python(self._call("POST", path, body, headers))

    def cancel(self, job_id: str) -> None:
        """Request a job's cancellation; a job that has ended stays as it is."""
        try:
            self._call("POST", f"/api/jobs/{job_id}/cancel", None)
        except QuantEngineError as error:
            if error.code is not ErrorCode.JOB_ALREADY_FINAL:
                raise

    def get(self, path: str) -> Any:
        """Send a GET; returns the envelope's data."""
        return self._call("GET", path, None)

    def delete(self, path: str) -> Any:
        """Send a DELETE; returns the envelope's data."""
        return self._call("DELETE", path, None)

    def follow(self, job_id: str) -> Iterator[AnyJob]:
        """Yield the job's record at each event until the job ends; resumes when the stream breaks."""
        for _, data in self._events(f"/api/jobs/{job_id}/events"):
            yield JOB_RECORD.validate_json(data)

    def follow_log(self, job_id: str) -> Iterator[LogLine | AnyJob]:
        """Yield the lines of a job's log until the job ends, and then its record; resumes likewise."""
        for event, data in self._events(f"/api/jobs/{job_id}/log/events"):
            if event == LogEvent.LINE:
                yield LogLine.model_validate_json(data)
            elif event == EventName.DONE:
                yield JOB_RECORD.validate_json(data)

    def _events(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield name and data of each event up to `done`."""
        last_id = ""
        tries = 0
        while True:
            headers = {"Last-Event-ID": last_id} if last_id else {}
            try:
                with connect_sse(self._http, "GET", path, headers=headers) as source:
                    for event in source.iter_sse():
                        tries = 0
                        if not event.data:
                            # a ping or an id alone, which httpx-sse yields as an event too
                            continue
                        last_id = event.id
                        yield event.event, event.data
                        if event.event == EventName.DONE:
                            return
            except (httpx.HTTPError, SSEError) as error:
                tries += 1
                if tries >= CONNECT_TRIES:
                    raise Unavailable(
                        "The connection to the service was lost. Start the service and try again."
                    ) from error
            time.sleep(RETRY_MS / 1000)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        try:
            envelope = self._http.request(method, path, json=body, headers=headers).json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"The service at {self.url} does not answer.") from error
        if not envelope["ok"]:
            failure = ApiError.model_validate(envelope["error"])
            fields = tuple((field.path, field.message) for field in failure.fields)
            raise QuantEngineError(failure.message, code=failure.code, fields=fields)
        return envelope["data"]


@contextmanager
def connect(settings: Settings) -> Iterator[Client]:
    """Connect to the service that owns the home; without one, run a private service meanwhile."""
    token = settings.token
    url = owner(settings.home)
    if url is not None:
        yield from _client(url, token)
        return
    # other users of this machine can reach loopback too
    token = token or secrets.token_urlsafe(32)
    private = Settings.model_validate(
        {**settings.model_dump(), "host": "127.0.0.1", "port": 0, "api_token": token}
    )
    with BackgroundService(private) as service:
        yield from _client(service.url, token)


def _client(url: str, token: str | None) -> Iterator[Client]:
    client = Client(url, token)
    try:
        yield client
    finally:
        client.close()
