"""The whole service without sockets, processes and waiting: its store, log, notifier and streams, and readers."""

import shutil
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import ASGIApp

from contract_tests.asgi import Reader
from contract_tests.kit.clock import VirtualLoop, virtual_loop
from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import METRICS, SUMMARY
from contract_tests.kit.service import idle_app, running, skip_disk_sync
from contract_tests.repository import committed
from contract_tests.streams.all_laws import check_all_stream
from contract_tests.streams.job_laws import check_job_stream
from contract_tests.streams.laws import Recording
from contract_tests.streams.ledger import Ledger, Opening
from contract_tests.streams.streamed import Record, Stream, Streams
from quant_engine.api.jobs.store import Claim
from quant_engine.api.main import Service
from quant_engine.api.schemas.jobs import JobType
from quant_engine.api.services.jobs import EventStreams
from quant_engine.config import Settings
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.reports import PredictSummary, TrainSummary

T = TypeVar("T")

STREAMS = Streams.of(committed())
DAY = date(2022, 12, 28)
RESULTS: dict[JobType, BaseModel] = {
    JobType.TRAIN: TrainSummary(
        version="v1", feature_mode="core", first_date=DAY, last_date=DAY, n_tickers=1, scores=[]
    ),
    JobType.PREDICT: PredictSummary(model_version="v1", as_of=DAY, horizon=10, n_tickers=1, top=[]),
    JobType.BACKTEST: SUMMARY,
    JobType.AUTOPILOT: AutopilotSummary(
        dry_run=True,
        retrained=False,
        promoted=False,
        model_version=None,
        reason="nothing to do",
        metrics=METRICS,
        decisions=[],
    ),
}


@dataclass
class Watcher:
    """A reader of a stream, and how things stood when it came."""

    reader: Reader
    stream: Stream
    job_id: str | None
    last_event_id: str | None
    opening: Opening
    sent_away: bool = False


class Scenario:
    """One home, the service on it at present, everyone who reads, and the truth."""

    def __init__(
        self, loop: VirtualLoop, home: Path, streams: type[EventStreams] = EventStreams
    ) -> None:
        self.loop = loop
        self.streams = streams
        self.home = home
        self.ledger = Ledger(STREAMS.job)
        self.watchers: list[Watcher] = []
        self.stale: list[Claim] = []  #: of attempts that are over
        self.is_muted = False  #: every notification is lost
        self.open()

    def open(self) -> None:
        """Start a service on the home."""
        self._is_changed = True
        self.engine = ScriptedEngine()
        self.parts = Service(Settings(home=self.home), self.engine)
        # a commit that waits for the disk is most of the time of a run
        skip_disk_sync(self.parts)
        self._running = running(_app(), parts=self.parts)
        service = self.loop.run(self._running.__aenter__())
        self.app, self.store = service.app, service.store
        self.app.state.services = replace(
            self.parts.services, streams=self.streams(self.store, self.parts.log)
        )
        self.notifier = self.parts.notifier
        self._notify = self.notifier.notify
        self.mute(muted=self.is_muted)

    def mute(self, *, muted: bool) -> None:
        """Lose every notification from here on, or no more; a stopping service still notifies."""
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
        for watcher in self.watchers:
            # a server waits for nobody for ever
            watcher.reader.cut()
        self.loop.settle()
        self.loop.run(self._running.__aexit__(None, None, None))
        self._leave_behind()

    def kill(self) -> None:
        """End the service as `kill -9` does: nothing is settled."""
        for watcher in self.watchers:
            watcher.sent_away = True
            watcher.reader.cut()
        self.loop.settle()
        self.loop.run(self.parts.database.close())
        self.parts.home.release()
        self._leave_behind()

    def _leave_behind(self) -> None:
        for watcher in self.watchers:
            watcher.reader.cut()
        self.loop.settle()
        self.stale += self.engine.claims.values()

    def ask(self, method: str, path: str, **request: Any) -> Reader:
        """Send a request and read its answer to the end."""
        reader = Reader(self.app, method, path, loop=self.loop, **request)
        self.loop.settle()
        return reader

    def observe(self) -> None:
        """Take down what GET says of every job that may have changed since the last look."""
        if not self._is_changed:
            return
        self._is_changed = False
        for job_id, records in list(self.ledger.jobs.items()):
            if not STREAMS.job.is_final(records[-1]):
                self.look(job_id)

    def look(self, job_id: str) -> Record:
        """Take down what GET says of a job."""
        record = dict(self.ask("GET", f"/api/jobs/{job_id}").answer.json()["data"])
        self.ledger.write(record)
        return record

    def submit(self, kind: JobType) -> str:
        """Queue a job as a client does."""
        answer = self.ask(
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
        """Start the job that waited longest."""
        return self._write(self.engine.claim())

    def progress(self, claim: Claim, fraction: float) -> None:
        """Report that an attempt came further."""
        self._write(self.store.progress(claim, fraction, f"at {fraction}"))

    def succeed(self, claim: Claim) -> None:
        """Finish an attempt with a result."""
        self._write(self.store.succeed(claim, RESULTS[claim.job_type].model_dump_json()))
        self._settled(claim)

    def fail(self, claim: Claim) -> None:
        """Finish an attempt with an error."""
        self._write(self.store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised."))
        self._settled(claim)

    def release(self, claim: Claim, *, crashed: bool) -> None:
        """Settle an attempt whose process is gone."""
        self._write(self.store.release(claim, crashed=crashed))
        self._settled(claim)

    def _settled(self, claim: Claim) -> None:
        if self.engine.claims.get(claim.job_id) == claim:
            del self.engine.claims[claim.job_id]
            self.stale.append(claim)

    def cancel(self, job_id: str) -> int:
        """Ask for a job's end as a client does; return the status of the answer."""
        self._is_changed = True
        return self.ask("POST", f"/api/jobs/{job_id}/cancel").answer.status

    def prune(self, keep: int) -> None:
        """Forget old events."""
        self._write(self.store.prune(keep))
        self.ledger.forget(keep)

    def subscribe(
        self,
        job_id: str | None,
        last_event_id: str | None = None,
        *,
        by_query: bool = False,
        settle: bool = True,
        app: ASGIApp | None = None,
    ) -> Watcher:
        """Open a stream; of every job where none is named."""
        stream = STREAMS.all if job_id is None else STREAMS.job
        resume = stream.laws["resume"]
        header = {} if last_event_id is None or by_query else {resume["header"]: last_event_id}
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

    def recording(self, watcher: Watcher) -> Recording:
        """Give what a reader has so far to the laws."""
        return Recording.of(watcher.reader, watcher.stream, watcher.last_event_id)

    def check(self, watcher: Watcher, *, settled: bool = True) -> None:
        """Hold all that a reader has recorded to every law."""
        reader = watcher.reader
        seen = self.recording(watcher)
        settled = settled and not reader.has_left and not reader.is_paused
        more = {"settled": settled, "sent_away": watcher.sent_away}
        if watcher.job_id is None:
            check_all_stream(seen, self.ledger, watcher.opening, **more)
        else:
            check_job_stream(seen, self.ledger, watcher.job_id, watcher.opening, **more)


@cache
def _app() -> FastAPI:
    # the routes are the same for every service, and take longer to build than all else
    return idle_app(Path("nowhere"))


@contextmanager
def open_scenario(
    home: Path, template: Path | None = None, streams: type[EventStreams] = EventStreams
) -> Iterator[Scenario]:
    """Open a service on a new home, which is a copy of `template` where that is passed.

    `streams` are what the service opens; a test may plant its fault there.
    """
    if template is not None:
        shutil.copytree(template, home)
    with virtual_loop() as loop:
        scenario = Scenario(loop, home, streams)
        yield scenario
        scenario.close()
