"""The service in a process of its own, on a socket: started, killed, started again, and read frame by frame."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contract_tests.hang import ANSWER_SECONDS, HANG_SECONDS
from contract_tests.observers import observe
from quant_engine.api.orchestrator import JOB_TYPES
from wirelaw.running.exchange import Answer, decoder
from wirelaw.running.sse import Parser

ROOT = Path(__file__).parents[2]
#: a process imports this tree, and no installed copy of either package
SOURCES = os.pathsep.join([str(ROOT), str(ROOT / "contract_tests/wirelaw/src")])
#: the functions of the product
PRODUCT_JOBS = tuple(f"{kind}={spec.function}" for kind, spec in JOB_TYPES.items())

Record = dict[str, Any]

#: the URL of the database of a home; None: the file in it
database_of_home: Callable[[Path], str] | None = None


@dataclass(frozen=True)
class Event:
    """One dispatched event of a stream."""

    id: str
    name: str
    record: Record

    @property
    def revision(self) -> int:
        """The record's revision."""
        return int(self.record["revision"])


class _ObservedTransport(httpx.HTTPTransport):
    """Shows each complete answer, and what was received of a stream, to the observers of the kit."""

    def __init__(self, home: Path) -> None:
        super().__init__(trust_env=False)
        self._home = home

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)

        def received(body: bytes, *, is_complete: bool) -> None:
            body = decoder(response.headers)(body)
            answer = Answer(response.status_code, dict(response.headers), body)
            if is_complete or answer.streams:
                observe(self._home, request.method, request.url.path, answer)

        response.stream = _Copied(response.stream, received)
        return response


class _Copied(httpx.SyncByteStream):
    """A body that is passed on, and shown when it is closed."""

    def __init__(self, stream: httpx.SyncByteStream, received: Callable[..., None]) -> None:
        self._stream = stream
        self._received = received
        self._chunks: list[bytes] = []
        self._is_complete = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._chunks.append(chunk)
            yield chunk
        self._is_complete = True

    def close(self) -> None:
        self._stream.close()
        self._received(b"".join(self._chunks), is_complete=self._is_complete)


class ServiceProcess:
    """A service on a home, with a client.

    `jobs` are the arguments of `python -m contract_tests.kit`, and `settings` those of `Settings`. The service
    requires the token, and the client sends it.
    """

    def __init__(self, home: Path, *jobs: str, token: str | None = None, **settings: Any) -> None:
        """Start a service and wait until it accepts requests."""
        if token is not None:
            settings["api_token"] = token
        if database_of_home is not None:
            settings.setdefault("database_url", database_of_home(home))
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
        named = {f"QUANT_ENGINE_{name.upper()}": str(value) for name, value in settings.items()}
        self.home = home
        self.token = token
        self._jobs = jobs
        self._environment = {**kept, "QUANT_ENGINE_HOME": str(home), **named}
        self._start(settings.get("port", 0))

    def _start(self, port: int) -> None:
        self._log = (self.home.parent / f"{self.home.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "contract_tests.kit", *self._jobs],
            # as a user of the installed program, who is in no checkout
            cwd=self.home.parent,
            env={**self._environment, "QUANT_ENGINE_PORT": str(port), "PYTHONPATH": SOURCES},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        ready, _, self.url = self.process.stdout.readline().strip().partition(" ")
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=ANSWER_SECONDS,
            trust_env=False,
            transport=_ObservedTransport(self.home),
        )
        if ready != "ready":
            self.close()
            *_, reason = self.log_text().strip().splitlines() or ["it wrote no log"]
            raise AssertionError(f"The service did not start: {reason}")

    def restart(self) -> None:
        """Start a stopped service again at the same address."""
        self.close()
        self._start(httpx.URL(self.url).port or 0)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait until the process is gone; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(HANG_SECONDS)

    def close(self) -> None:
        """Kill the service, and close the client and the log."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()
        self.http.close()

    def log_text(self) -> str:
        """Return all that the services on this home have logged."""
        return Path(self._log.name).read_text()

    def read(self, path: str) -> Any:
        """Return the data of an answer."""
        return self.http.get(path).raise_for_status().json()["data"]

    def submit(self, kind: str = "backtest", *, key: str | None = None, **body: Any) -> Record:
        """Submit a job; returns its record."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.http.post(f"/api/compute/{kind}", json=body, headers=headers)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return dict(answer.json()["data"])

    def get(self, job_id: str) -> Record:
        """Return a job's record."""
        return dict(self.read(f"/api/jobs/{job_id}"))

    def cancel(self, job_id: str) -> httpx.Response:
        """Cancel a job; it may be final already."""
        return self.http.post(f"/api/jobs/{job_id}/cancel")

    @contextmanager
    def stream(self, path: str, last_event_id: str | None = None) -> Iterator[Iterator[Event]]:
        """Open a stream."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with self.http.stream("GET", path, headers=headers) as response:
            assert response.status_code == httpx.codes.OK
            yield parsed(response)

    def follow(self, job_id: str, last_event_id: str | None = None) -> list[Event]:
        """Read a job's stream to its end."""
        with self.stream(f"/api/jobs/{job_id}/events", last_event_id) as stream:
            return list(stream)

    def wait(self, job_id: str, until: Callable[[Event], bool]) -> Event:
        """Read a job's stream until the condition holds for an event; return that event."""
        with self.stream(f"/api/jobs/{job_id}/events") as stream:
            return next(event for event in stream if until(event))

    def reach(self, job_id: str, fraction: float, *, attempt: int = 1) -> Record:
        """Follow a job until its progress is at least `fraction`; the first job also loads the libraries."""
        return self.wait(
            job_id,
            lambda event: (
                event.record["attempt"] == attempt
                and event.record["progress_message"] is not None
                and event.record["progress"] >= fraction
            ),
        ).record

    def finish(self, job_id: str) -> Record:
        """Follow a job to its end; returns its last record."""
        return self.follow(job_id)[-1].record

    def release(self) -> None:
        """Let the jobs of `contract_tests.kit.jobs.hold` finish."""
        (self.home / "release").touch()


def parsed(response: httpx.Response) -> Iterator[Event]:
    """Read the events of a stream as they come."""
    parser = Parser()
    for chunk in response.iter_bytes():
        parser.feed(chunk)
        while parser.frames:
            frame = parser.frames.pop(0)
            if frame.data is not None:
                yield Event(str(frame.id), frame.event or "message", json.loads(frame.data))
