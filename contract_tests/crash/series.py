"""Rounds on one home: the service is killed and started again, and one reader reads all jobs the whole time."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import httpx
import psutil

from contract_tests.crash.laws import broken_laws
from contract_tests.crash.readers import ResumingReader
from contract_tests.crash.rounds import SIGNALS, Round
from contract_tests.kit.jobs import wait_for
from contract_tests.kit.process import Event, Record, ServiceProcess

STOPPED_SECONDS = 0.3  #: between STOP and CONT
RANDOM_SECONDS = 0.6  #: about as long as a job takes
POLL_SECONDS = 0.02


class Series:
    """One home and its service."""

    def __init__(self, home: Path, workers: int) -> None:
        self._workers = workers
        self._service = ServiceProcess(home, "backtest=write_slowly", workers=workers)
        self._every = ResumingReader(f"{self._service.url}/api/events")
        self.restarts = 0

    def __enter__(self) -> Self:
        """Begin to read all jobs."""
        self._every.__enter__()
        # without an id it would begin after what the first round does
        wait_for(lambda: self._every.position is not None)
        return self

    def __exit__(self, *_: object) -> None:
        """End the service."""
        self._every.__exit__(None, None, None)
        self._service.close()

    def run(self, round_: Round) -> tuple[list[str], int]:
        """Run a round; return which laws it broke, and how many attempts the job took."""
        if round_.phase == "idle":
            self._strike(round_)
        job_id = self._submit(f"crash-{round_.number}")
        url = f"{self._service.url}/api/jobs/{job_id}/events"
        with ResumingReader(url, "0") as reader:
            self._interrupt(round_, job_id, reader)
            if not self._wait(reader, _has_ended):
                return [f"the job does not end: {self._record(job_id)}"], 0
            if not self._wait(self._every, lambda events: _has_ended(_of(job_id, events))):
                return ["the stream of all jobs does not have the end of the job"], 0
            # the reader resumes after revision 0, which the answer to the submission had
            first = [event for event in _of(job_id, self._every.events) if event.revision == 0]
            record, job = self._record(job_id), [*first, *reader.events]
        every = _of(job_id, self._every.events)
        broken = [*broken_laws(record, job, every, is_cancelled=round_.phase == "cancel")]
        if self._submit(f"crash-{round_.number}") != job_id:
            broken.append("a repeat of the submission made another job")
        if not self._has_all_processes():
            broken.append(f"fewer than {self._workers} job processes are left")
        return broken, record["attempt"]

    def _interrupt(self, round_: Round, job_id: str, reader: ResumingReader) -> None:
        phase, _, fraction = round_.phase.partition("_")
        match phase:
            case "started":
                self._wait(reader, lambda events: any(event.name == "started" for event in events))
            case "progress":
                self._wait(reader, _has_reached(float(fraction)))
            case "random":
                time.sleep(round_.moment * RANDOM_SECONDS)
            case "cancel" | "stop" | "recovery":
                self._wait(reader, _has_reached(0.5))
        if phase == "cancel":
            self._service.cancel(job_id)
        elif phase == "stop":
            self._service.process.send_signal(signal.SIGTERM)
        elif phase == "recovery":
            self._service.stop(signal.SIGKILL)
            self._go_on()
        if phase != "idle":
            self._strike(round_)

    def _strike(self, round_: Round) -> None:
        """Send the signal of the round to each of its processes that exists."""
        for process in self._victims(round_.victim):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(SIGNALS[round_.signal])
                if round_.signal == "STOP":
                    time.sleep(STOPPED_SECONDS)
                    process.send_signal(signal.SIGCONT)

    def _victims(self, victim: str) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            service = psutil.Process(self._service.process.pid)
            if victim == "service":
                return [service]
            family = service.children(recursive=True)
            if victim == "all":
                return [*family, service]
            servers = [child for child in family if _is_fork_server(child)]
            if victim == "fork server":
                return servers
            return [job for server in servers for job in server.children()][:1]
        return []

    def _wait(self, reader: ResumingReader, until: Callable[[list[Event]], bool]) -> bool:
        """Wait for a condition, and return whether it came true in time; restart the service whenever it has died."""

        def holds() -> bool:
            self._go_on()
            return until(reader.events)

        with suppress(TimeoutError):
            wait_for(holds)
            return True
        return False

    def _go_on(self) -> None:
        """Start the service again if it is gone."""
        if self._service.process.poll() is not None:
            self._service.restart()
            self.restarts += 1

    def _submit(self, key: str) -> str:
        """Submit with a key, again and again until there is an answer: a repeat returns the first job."""
        headers = {"Idempotency-Key": key}
        path = "/api/compute/backtest"
        return str(self._answered(lambda http: http.post(path, json={}, headers=headers))["job_id"])

    def _record(self, job_id: str) -> Record:
        return self._answered(lambda http: http.get(f"/api/jobs/{job_id}"))

    def _answered(self, send: Callable[[httpx.Client], httpx.Response]) -> Record:
        while True:
            try:
                answer = send(self._service.http)
            except httpx.HTTPError:
                self._pause()
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                data: Record = answer.raise_for_status().json()["data"]
                return data
            # it is stopping
            self._pause()

    def _pause(self) -> None:
        time.sleep(POLL_SECONDS)
        self._go_on()

    def _has_all_processes(self) -> bool:
        def alive() -> bool:
            family = psutil.Process(self._service.process.pid).children(recursive=True)
            servers = [child for child in family if _is_fork_server(child)]
            return sum(len(server.children()) for server in servers) == self._workers

        with suppress(TimeoutError, psutil.NoSuchProcess):
            wait_for(alive)
            return True
        return False


def orphans(home: Path) -> list[int]:
    """Return the processes of a home whose service is gone."""
    return [
        process.pid
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _is_of(process, home)
    ]


def _is_of(process: psutil.Process, home: Path) -> bool:
    with suppress(psutil.Error):
        return process.environ().get("QUANT_ENGINE_HOME") == str(home)
    return False


def _is_fork_server(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any("forkserver" in argument for argument in process.cmdline())
    return False


def _of(job_id: str, events: list[Event]) -> list[Event]:
    return [event for event in events if event.record.get("job_id") == job_id]


def _has_ended(events: list[Event]) -> bool:
    return bool(events) and events[-1].record.get("completed_at") is not None


def _has_reached(fraction: float) -> Callable[[list[Event]], bool]:
    return lambda events: any(event.record["progress"] >= fraction for event in events)
