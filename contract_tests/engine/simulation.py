"""One database, the engine that runs its jobs, and a machine whose processes die: all of it in virtual time."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from contract_tests.engine.machine import Machine, Script
from contract_tests.engine.trouble import ERRORS, FailingDatabase
from contract_tests.kit.clock import VirtualLoop
from contract_tests.kit.prepared import prepare_database
from contract_tests.recording import recordings
from quant_engine.api.jobs import rows, store
from quant_engine.api.jobs.local import LocalEngine
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.process import ProcessDiedError
from quant_engine.api.jobs.store import MAX_LOST, JobStore
from quant_engine.api.jobs.worker import Call, Finished, Progress, Raised
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import TERMINAL_EVENTS, JobType
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.work import Workspace

OWNERLESS_SECONDS = 30.0  #: a running job has an owner by then, or is settled
CANCEL_SECONDS = 5.0
LOOK_SECONDS = 0.25
END_SECONDS = 400.0  #: after the last fault; by then every job has ended
TROUBLE_SECONDS = 12.0  #: how long the database is down, and how long a process is stopped
JOB_SECONDS = 60.0  #: the time limit of a job


FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - written as it is, with the Z of UTC


class LawBroken(AssertionError):
    """The engine broke one of its laws."""


@cache
def _result() -> str:
    return recordings().of(JobType.BACKTEST).result.model_dump_json()


def _quick() -> Script:
    return [(0.3, Progress(0.2, "loading")), (0.3, Progress(0.7, "trading")), (0.2, Finished(_result()))]


def _long() -> Script:
    return [(14.0, Progress(0.5, "half")), (14.0, Finished(_result()))]


#: what a job does, by the years of its parameters, and how it ends if nothing goes wrong
KINDS: dict[int, tuple[Callable[[], Script], str]] = {
    1: (_quick, "succeeded"),
    2: (_long, "succeeded"),
    3: (lambda: [(0.5, Raised(ErrorCode.NO_MODEL, "No model fits."))], "failed no_model"),
    4: (lambda: [(0.5, Finished('{"metrics": 1}'))], "failed job_error"),
    5: (lambda: [(0.5, Finished("not JSON"))], "failed job_error"),
    6: (lambda: [(1e9, Finished(_result()))], "failed job_timeout"),
}


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and before which step of the loop."""

    step: int
    name: str

    def __str__(self) -> str:
        return f"{self.name}@{self.step}"


@dataclass(frozen=True)
class Schedule:
    """One run; `str` writes the line that replays it."""

    workers: int
    kinds: tuple[int, ...]  #: the jobs in the order of their submission
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """Read a line."""
        found = json.loads(text)
        faults = tuple(Fault(**fault) for fault in found["faults"])
        return cls(found["workers"], tuple(found["kinds"]), faults)


PROCESS_FAULTS = ("die_idle", "die_busy", "die_all", "deaf", "stop", "fork_fails", "fork_stuck")
SERVICE_FAULTS = ("cancel_0", "cancel_1", "prune", "restart", "crash")
DATABASE_FAULTS = (
    *(f"{place}:{error}" for place in ("begin", "commit", "after") for error in ERRORS),
    *(f"down:{error}" for error in ("locked", "io", "no_connection", "os")),
)
FAULTS = (*PROCESS_FAULTS, *SERVICE_FAULTS, *DATABASE_FAULTS)


class Simulation:
    """Runs one schedule and holds the engine to its laws."""

    def __init__(self, loop: VirtualLoop, folder: Path, schedule: Schedule) -> None:
        self.loop, self.schedule = loop, schedule
        self.path = folder / "quant_engine.db"
        prepare_database(self.path)
        self.machine = Machine(self._script)
        self.jobs: list[str] = []
        self.cancelled: dict[str, float] = {}  #: accepted cancellations, and when
        self.is_starting = False
        self._pending = sorted(schedule.faults, key=lambda fault: fault.step)
        self._ownerless: dict[tuple[str, int], float] = {}
        self._began_lost: dict[str, int] = {}  #: lost attempts whose code had begun
        self._trouble_until = 0.0
        self._workspace = Workspace(folder)
        self._open()

    def _open(self) -> None:
        self.database = FailingDatabase(f"sqlite:///{self.path}")
        self.notifier = Notifier()
        self.store = JobStore(self.database, self.notifier, max_queued=100)
        self.engine = LocalEngine(
            JOB_TYPES,
            self._workspace,
            workers=self.schedule.workers,
            events_kept=1000,
            job_seconds=JOB_SECONDS,
            fork_server=self.machine,
        )

    def _script(self, call: Call) -> Script:
        return KINDS[json.loads(call.params)["years"]][0]()

    def run(self) -> None:
        """Run to the end, and check."""
        try:
            # the time at which a job may be tried again is in the database
            with patch.object(rows, "timestamp", self._now), patch.object(store, "timestamp", self._now):
                try:
                    self.loop.run(self._run())
                finally:
                    self.loop.before_step = None
                    self.database.calm()
                    self.loop.run(self._end_engine())
        except AssertionError as error:
            error.add_note(f"ENGINE_SCHEDULE='{self.schedule}' pytest contract_tests/engine -k replay")
            raise

    def _now(self, later: float = 0.0) -> str:
        return (FIRST + timedelta(seconds=self.loop.time() + later)).isoformat(timespec="microseconds") + "Z"

    async def _run(self) -> None:
        await self._start()
        for kind in self.schedule.kinds:
            params = JOB_TYPES[JobType.BACKTEST].parameters(years=kind).model_dump_json()
            self.jobs.append((await self.store.submit(JobType.BACKTEST, params)).job_id)
        self.loop.before_step = self._before_step
        base = self.loop.steps
        self._pending = [Fault(fault.step + base, fault.name) for fault in self._pending]
        quiet_since = self.loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._pending or self.loop.time() < self._trouble_until or self.is_starting:
                quiet_since = self.loop.time()
            self._look()
            if all(row["completed_at"] for row in self._rows()) and not self.is_starting:
                # a fault that no step came to does not happen
                break
            if self.loop.time() - quiet_since > END_SECONDS:
                states = [f"{row['status']} at attempt {row['attempt']}" for row in self._rows()]
                raise LawBroken(f"a job never ends: {', '.join(states)}")
        self.loop.before_step = None
        self.database.calm()
        await asyncio.sleep(max(self._trouble_until - self.loop.time(), 0) + LOOK_SECONDS)
        await self._check_end()

    async def _start(self) -> None:
        self.is_starting = True
        while True:
            try:
                await self.engine.start(self.store, self.notifier)
            except Exception:  # noqa: BLE001 - the process of a service that does not start is started again
                await self._end_engine()
                await asyncio.sleep(1.0)
            else:
                break
        self.is_starting = False

    async def _end_engine(self) -> None:
        with suppress(Exception):
            await self.engine.stop()
        await self.database.close()

    # faults

    def _before_step(self, number: int) -> None:
        while self._pending and self._pending[0].step <= number:
            self._happen(self._pending.pop(0).name)

    def _happen(self, name: str) -> None:
        place, _, error = name.partition(":")
        if place == "down":
            self.database.is_down = ERRORS[error]
            self._later(self.database.calm)
        elif error:
            self.database.fail_next(place, error)
        else:
            getattr(self, f"_{name.partition('_')[0]}")(name)

    def _later(self, act: Callable[[], object]) -> None:
        self._trouble_until = self.loop.time() + TROUBLE_SECONDS
        self.loop.call_at(self._trouble_until, act)

    def _die(self, name: str) -> None:
        for process in self.machine.alive:
            if name == "die_all" or process.is_busy is (name == "die_busy"):
                process.die()

    def _deaf(self, _: str) -> None:
        for process in self.machine.alive:
            process.is_deaf = not process.is_busy

    def _stop(self, _: str) -> None:
        for process in self.machine.alive:
            process.stop()
            self._later(lambda process=process: process.stop(stopped=False))  # type: ignore[misc]

    def _fork(self, name: str) -> None:
        if name == "fork_fails":
            self.machine.failing_starts += 2
        else:
            self.machine.is_stuck = True
            self._later(lambda: setattr(self.machine, "is_stuck", False))

    def _cancel(self, name: str) -> None:
        asyncio.ensure_future(self._cancel_job(int(name[-1]) % len(self.jobs)), loop=self.loop)

    async def _cancel_job(self, number: int) -> None:
        with suppress(Exception):
            await self.store.request_cancel(self.jobs[number])
            self.cancelled.setdefault(self.jobs[number], self.loop.time())

    def _prune(self, _: str) -> None:
        asyncio.ensure_future(self._prune_all(), loop=self.loop)

    async def _prune_all(self) -> None:
        with suppress(Exception):
            await self.store.prune(0)

    def _restart(self, _: str) -> None:
        if not self.is_starting:
            self.is_starting = True
            asyncio.ensure_future(self._restart_engine(), loop=self.loop)

    async def _restart_engine(self) -> None:
        await self._end_engine()
        self._open()
        await self._start()

    def _crash(self, _: str) -> None:
        if not self.is_starting:
            self.is_starting = True
            # nothing of a killed process writes any more
            self.database.is_down = ERRORS["bug"]
            for process in self.machine.alive:
                process.die()
            asyncio.ensure_future(self._start_after_crash(), loop=self.loop)

    async def _start_after_crash(self) -> None:
        await self._end_engine()
        self._open()
        await self._start()

    # laws

    def _rows(self) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute("SELECT * FROM jobs ORDER BY position").fetchall()

    def _look(self) -> None:
        now = self.loop.time()
        if now < self._trouble_until or self.is_starting:
            self._ownerless.clear()
            self.cancelled = dict.fromkeys(self.cancelled, now)
            return
        owned = {process.job_id for process in self.machine.alive if process.is_busy}
        seen = set()
        for row in self._rows():
            key = row["job_id"], row["attempt"]
            if row["status"] == "running" and row["job_id"] not in owned:
                seen.add(key)
                if now - self._ownerless.setdefault(key, now) > OWNERLESS_SECONDS:
                    raise LawBroken("a job runs without a process for more than 30 s")
            at = self.cancelled.get(row["job_id"])
            if at is not None and row["completed_at"] is None and now - at > CANCEL_SECONDS + 1:
                raise LawBroken("a job whose cancellation was accepted is not final after 5 s")
        for key in {*self._ownerless} - seen:
            del self._ownerless[key]

    async def _check_end(self) -> None:
        await asyncio.sleep(LOOK_SECONDS)
        slots, ready = self.schedule.workers, self.engine.processes.alive
        alive = len(self.machine.alive)
        if ready != alive:
            raise LawBroken(f"{alive} processes are alive, and health says {ready}")
        for job_id, kind in zip(self.jobs, self.schedule.kinds, strict=True):
            self._check_job(await self.store.get(job_id), kind)
        await self._check_slots(slots)

    def _check_job(self, record: Any, kind: int) -> None:
        ended = str(record.status)
        if record.error is not None:
            ended += f" {record.error.code}"
        expected = KINDS[kind][1]
        lost = self.machine.lost.get(record.job_id, 0)
        allowed = {expected}
        if record.job_id in self.cancelled:
            allowed = {expected, "cancelled"}
        if lost >= MAX_LOST:
            allowed.add("failed worker_lost")
        if ended not in allowed:
            raise LawBroken(
                f"a job of kind {kind} ended as {ended} and not as {' or '.join(sorted(allowed))}; "
                f"its process was lost {lost} times"
            )
        with closing(sqlite3.connect(self.path)) as connection:
            query = "SELECT event, revision FROM job_events WHERE job_id = ? ORDER BY seq"
            events = connection.execute(query, [record.job_id]).fetchall()
        names = [event for event, _ in events]
        revisions = [revision for _, revision in events]
        if not names:
            # pruned
            return
        if sum(name in TERMINAL_EVENTS for name in names) != 1 or names[-1] not in TERMINAL_EVENTS:
            raise LawBroken(f"a job has the events {names}")
        if revisions != list(range(record.revision + 1)) or names.count("started") != record.attempt:
            raise LawBroken(f"the log of a job has {names}, {revisions} at attempt {record.attempt}")

    async def _check_slots(self, slots: int) -> None:
        """As many jobs as there are slots run at once."""
        params = JOB_TYPES[JobType.BACKTEST].parameters(years=2).model_dump_json()
        jobs = [(await self.store.submit(JobType.BACKTEST, params)).job_id for _ in range(slots)]
        await asyncio.sleep(10.0)
        running = [row for row in self._rows() if row["status"] == "running"]
        if len(running) != slots:
            raise LawBroken(f"{len(running)} of {slots} slots run jobs afterwards")
        for job_id in jobs:
            await self.store.request_cancel(job_id)
        await asyncio.sleep(CANCEL_SECONDS)
        left = [row["status"] for row in self._rows() if row["completed_at"] is None]
        if left:
            raise LawBroken(f"after a cancellation jobs are {left}")


def generated(seed: int) -> Schedule:
    """Make up a schedule: up to four faults, close together or far apart."""
    import random

    chance = random.Random(seed)  # noqa: S311 - not for secrets
    workers = chance.choice([1, 2, 3])
    kinds = tuple(chance.choice([1, 1, 1, 2, 3, 4, 5, 6]) for _ in range(chance.randint(1, 4)))
    first = chance.randint(0, 400)
    faults = []
    for _ in range(chance.randint(1, 5)):
        group = chance.choice([PROCESS_FAULTS, SERVICE_FAULTS, DATABASE_FAULTS])
        faults.append(Fault(first, chance.choice(group)))
        first += chance.choice([0, 1, 2, 5, 20, 100])
    return Schedule(workers, kinds, tuple(faults))


def every(base: Schedule, steps: int) -> Iterator[Schedule]:
    """Give each fault before each step."""
    for name in FAULTS:
        for step in range(steps):
            yield Schedule(base.workers, base.kinds, (Fault(step, name),))


__all__ = ["FAULTS", "Fault", "LawBroken", "ProcessDiedError", "QuantEngineError", "Schedule", "Simulation"]
