"""The whole service without sockets, processes and waiting: its store, log, notifier, streams and readers."""

import shutil
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import ASGIApp

from contract_tests.kit.clock import VirtualLoop, virtual_loop
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.service import idle_app, running
from contract_tests.recording import recordings
from contract_tests.repository import committed
from contract_tests.streams.all_laws import check_all_stream
from contract_tests.streams.job_laws import check_job_stream
from contract_tests.streams.ledger import Ledger, Opening
from contract_tests.streams.log_laws import check_log_stream
from contract_tests.streams.recording import Recording
from contract_tests.streams.streamed import Record, Stream, Streams
from quant_engine.api.jobs import log_rows
from quant_engine.api.jobs.lines import Line
from quant_engine.api.jobs.store import Claim
from quant_engine.api.main import Service
from quant_engine.api.schemas.job_log import LogLevel, LogSource
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.job_log import LogStreams
from quant_engine.api.services.jobs import EventStreams
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode
from wirelaw.running.asgi import Reader

T = TypeVar("T")

STREAMS = Streams.of(committed())
RESULTS: dict[JobType, BaseModel] = {kind: recordings().of(kind).result for kind in JobType}


@dataclass
class Watcher:
    """A reader of a stream, and the state when it connected."""

    reader: Reader
    stream: Stream
    job_id: str | None
    last_event_id: str | None
    opening: Opening
    sent_away: bool = False

    def recording(self) -> Recording:
        """Return what the reader has received so far."""
        reader, answer = self.reader, self.reader.answer
        return Recording(
            stream=self.stream,
            job_id=self.job_id,
            requested_id=self.last_event_id,
            opening=self.opening,
            status=answer.status,
            headers=answer.headers,
            frames=tuple(reader.frames),
            body=b"" if answer.streams else answer.body,
            ended=answer.ended,
            settled=not reader.has_left and not reader.is_paused,
            sent_away=self.sent_away,
        )


class Scenario:
    """One home, the service that runs on it, the readers, and the history of every job."""

    def __init__(
        self,
        loop: VirtualLoop,
        home: Path,
        streams: type[EventStreams] = EventStreams,
        logs: type[LogStreams] = LogStreams,
    ) -> None:
        self.loop = loop
        self.streams = streams
        self.logs = logs
        self.home = home
        self.ledger = Ledger(STREAMS.job)
        self.watchers: list[Watcher] = []
        self.stale: list[Claim] = []  #: of attempts that are over
        self.is_muted = False  #: every notification is lost
        self._printed: dict[Claim, int] = {}
        self.open()

    def open(self) -> None:
        """Start a service on the home."""
        self._is_changed = True
        self.engine = ScriptedEngine()
        self.parts = Service(Settings(home=self.home), self.engine)
        self._running = running(_app(), parts=self.parts)
        service = self.loop.run(self._running.__aenter__())
        self.app, self.store = service.app, service.store
        self.app.state.services = replace(
            self.parts.services,
            streams=self.streams(self.store, self.parts.log),
            log_streams=self.logs(self.parts.services.log),
        )
        self.notifier = self.parts.notifier
        self._notify = self.notifier.notify
        self.mute(muted=self.is_muted)

    def mute(self, *, muted: bool) -> None:
        """Lose every notification from now on, or none; a service that stops still notifies."""
        self.is_muted = muted
        vars(self.notifier)["notify"] = self._lose if muted else self._notify

    def _lose(self, *keys: str) -> None:
        if self.notifier.closed:
            self._notify(*keys)

    def close(self) -> None:
        """End the service as SIGTERM does: streams close, and running jobs go back to the queue."""
        for watcher in self.watchers:
            watcher.sent_away = True
        self.parts.drain()
        self.loop.settle()
        self._cut_connections()
        self.loop.run(self._running.__aexit__(None, None, None))
        self.stale += self.engine.claims.values()

    def kill(self) -> None:
        """End the service as `kill -9` does: nothing is settled."""
        self._cut_connections()
        self.loop.run(self.parts.database.close())
        self.parts.home.release()
        self.stale += self.engine.claims.values()

    def _cut_connections(self) -> None:
        for watcher in self.watchers:
            watcher.sent_away = True
            watcher.reader.cut()
        self.loop.settle()

    def request(self, method: str, path: str, **request: Any) -> Reader:
        """Send a request and read its answer to the end."""
        reader = Reader(self.app, method, path, loop=self.loop, **request)
        self.loop.settle()
        return reader

    def observe(self) -> None:
        """Record the answer of GET for every job that may have changed since the last look."""
        if not self._is_changed:
            return
        self._is_changed = False
        for job_id, records in list(self.ledger.jobs.items()):
            if not STREAMS.job.is_final(records[-1]) and job_id not in self.ledger.deleted:
                self.look(job_id)

    def look(self, job_id: str) -> Record:
        """Record the answer of GET for a job; one that was deleted has a status alone."""
        answer = self.request("GET", f"/api/jobs/{job_id}").answer
        if job_id in self.ledger.deleted:
            return {"http_status": answer.status}
        record = dict(answer.json()["data"])
        self.ledger.write(record)
        return record

    def final_jobs(self) -> list[str]:
        """Return the jobs that can be deleted."""
        return [
            job_id
            for job_id, records in self.ledger.jobs.items()
            if STREAMS.job.is_final(records[-1]) and job_id not in self.ledger.deleted
        ]

    def submit(self, kind: JobType) -> str:
        """Queue a job as a client does."""
        answer = self.request(
            "POST",
            f"/api/compute/{kind}",
            headers={"content-type": "application/json"},
            body=b"{}",
        ).answer.json()
        self.ledger.write(answer["data"])
        return str(answer["data"]["job_id"])

    def _write(self, work: Coroutine[Any, Any, T]) -> T:
        self._is_changed = True
        return self.loop.run(work)

    def claim(self) -> Claim | None:
        """Start the job that has waited longest."""
        return self._write(self.engine.claim())

    def progress(self, claim: Claim, fraction: float) -> None:
        """Report the progress of an attempt."""
        self._write(self.store.progress(claim, fraction, f"at {fraction}"))

    def lines(self, claim: Claim, count: int) -> list[Line]:
        """Return the next lines that an attempt prints; one before them is lost."""
        printed = self._printed.get(claim, 0) + 1
        self._printed[claim] = printed + count
        at = "2026-01-01T00:00:00Z"
        return [
            Line(printed + n, at, LogLevel.INFO, LogSource.STDOUT, f"line {printed + n}", 0)
            for n in range(1, count + 1)
        ]

    def print(self, claim: Claim, count: int) -> None:
        """Store lines of an attempt."""
        self._write(self.store.log(claim, self.lines(claim, count)))
        self.look_at_log(claim.job_id)

    def look_at_log(self, job_id: str) -> None:
        """Record the answer of GET for the log of a job."""
        data = self.request("GET", f"/api/jobs/{job_id}/log", query={"limit": "200"}).answer.json()
        self.ledger.write_log(job_id, data["data"]["items"])

    def succeed(self, claim: Claim) -> None:
        """Finish an attempt with a result."""
        self._write(self.store.succeed(claim, RESULTS[claim.job_type].model_dump_json()))
        self._settled(claim)

    def fail(self, claim: Claim) -> None:
        """Finish an attempt with an error."""
        self._write(self.store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised."))
        self._settled(claim)

    def release(self, claim: Claim, *, lost: bool) -> None:
        """Release an attempt whose process is gone."""
        self._write(self.store.release(claim, lost=lost))
        self._settled(claim)

    def _settled(self, claim: Claim) -> None:
        if self.engine.claims.get(claim.job_id) == claim:
            del self.engine.claims[claim.job_id]
            self.stale.append(claim)

    def cancel(self, job_id: str) -> int:
        """Cancel a job as a client does; return the status of the answer."""
        self._is_changed = True
        return self.request("POST", f"/api/jobs/{job_id}/cancel").answer.status

    def prune(self, keep: int) -> None:
        """Forget old events."""
        self._write(self.store.prune(keep))
        self.ledger.forget(keep)

    def delete(self, job_id: str) -> None:
        """Delete a final job."""
        self._write(self.store.delete(job_id))
        self.ledger.delete(job_id)

    def subscribe(
        self,
        job_id: str | None,
        last_event_id: str | None = None,
        *,
        by_query: bool = False,
        settle: bool = True,
        app: ASGIApp | None = None,
        log: bool = False,
    ) -> Watcher:
        """Open the stream of a job, of its log, or of all jobs."""
        of_job = STREAMS.log if log else STREAMS.job
        stream = STREAMS.all if job_id is None else of_job
        resume = stream.laws["resume"]
        # as a browser sends it: a stream is not compressed for anybody
        header = {"accept-encoding": "gzip, deflate, br"}
        if last_event_id is not None and not by_query:
            header[resume["header"]] = last_event_id
        query = {resume["query"]: last_event_id} if last_event_id is not None and by_query else {}
        reader = Reader(
            app or self.app,
            "GET",
            stream.path.format(job_id=job_id),
            headers=header,
            query=query,
            loop=self.loop,
        )
        watcher = Watcher(
            reader, stream, job_id, last_event_id, self.ledger.opening(job_id, last_event_id)
        )
        self.watchers.append(watcher)
        if settle:
            self.loop.settle()
        return watcher

    def check(self, watcher: Watcher) -> None:
        """Hold all that a reader has received to every law."""
        check_stream(watcher.recording(), self.ledger)


def check_stream(recording: Recording, ledger: Ledger) -> None:
    """Hold what a reader of one job, of its log or of all jobs received to every law."""
    checks = {STREAMS.all: check_all_stream, STREAMS.log: check_log_stream}
    checks.get(recording.stream, check_job_stream)(recording, ledger)


@contextmanager
def small_logs() -> Iterator[None]:
    """Keep only a few lines of each job, so that lines are soon rotated away."""
    with patch.multiple(log_rows, FIRST_KEPT=3, NEWEST_KEPT=4):
        yield


@cache
def _app() -> FastAPI:
    # the routes are the same for every service, and building them takes most of the time
    return idle_app(Path("nowhere"))


@contextmanager
def open_scenario(
    home: Path,
    template: Path | None = None,
    streams: type[EventStreams] = EventStreams,
    logs: type[LogStreams] = LogStreams,
) -> Iterator[Scenario]:
    """Open a service on a new home, which is a copy of `template` where that is passed.

    `streams` and `logs` are what the service opens; a test may plant its fault there.
    """
    if template is not None:
        shutil.copytree(template, home)
    with virtual_loop() as loop, small_logs():
        scenario = Scenario(loop, home, streams, logs)
        yield scenario
        scenario.close()
