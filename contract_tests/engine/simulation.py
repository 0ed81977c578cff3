"""One database, the engine that runs its jobs, and a machine whose processes die: all of it in virtual time."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from sqlalchemy.exc import SQLAlchemyError

from contract_tests.engine.machine import Machine
from contract_tests.engine.schedules import KINDS, QUICK_LINES, Schedule
from contract_tests.engine.trouble import ERRORS, FailingDatabase
from contract_tests.kit import power
from contract_tests.kit.clock import VirtualLoop, virtual_loop
from contract_tests.kit.prepared import prepare_database
from quant_engine.api.jobs import rows, store
from quant_engine.api.jobs.local import LocalEngine
from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import MAX_LOST, JobStore
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import TERMINAL_EVENTS, JobType
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

OWNERLESS_SECONDS = 30.0  #: a running job has an owner by then, or is settled
CANCEL_SECONDS = 5.0
LOST_SECONDS = 5.0  #: a job is failed only after faults for this long
LOOK_SECONDS = 1.0
END_SECONDS = 400.0  #: after the last fault; by then every job has ended
TROUBLE_SECONDS = 12.0  #: how long the database is down, and how long a process is stopped
JOB_SECONDS = 60.0  #: the time limit of a job


FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - written as it is, with the Z of UTC


class LawBroken(AssertionError):
    """The engine broke one of its laws."""


class Simulation:
    """The engine of one home, from its first start to the check at the end; `engine_type` may have a planted fault."""

    def __init__(
        self,
        loop: VirtualLoop,
        folder: Path,
        workers: int,
        engine_type: type[LocalEngine] = LocalEngine,
    ) -> None:
        self.loop = loop
        self.workers = workers
        self.path = folder / "quant_engine.db"
        prepare_database(self.path)
        self.machine = Machine(lambda call: KINDS[json.loads(call.params)["years"]][0]())
        self.jobs: list[str] = []
        self.kinds: list[int] = []
        self.cancelled: dict[str, float] = {}  #: accepted cancellations, and when
        self._asked: set[str] = set()  #: jobs of which a cancellation was requested
        self.is_starting = False
        self._engine_type = engine_type
        self._ownerless: dict[tuple[str, int], float] = {}
        self._trouble_until = 0.0
        self._had_trouble = False  #: with the database
        self._workspace = Workspace(folder)
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = ExitStack()
        # autocommit: each query sees what is committed
        reader = sqlite3.connect(self.path, isolation_level=None)
        reader.row_factory = sqlite3.Row
        self._reader = self._stack.enter_context(closing(reader))
        # the time at which a job may be tried again is in the database
        for module in (rows, store):
            self._stack.enter_context(patch.object(module, "timestamp", self._now))
        self._stack.enter_context(patch.object(store, "BACKOFF_SECONDS", power.BACKOFF_SECONDS))
        self._open()
        loop.run(self._start())

    def _now(self, later: float = 0.0) -> str:
        time = FIRST + timedelta(seconds=self.loop.time() + later)
        return time.isoformat(timespec="microseconds") + "Z"

    def _open(self) -> None:
        self.database = FailingDatabase(f"sqlite:///{self.path}")
        self.notifier = Notifier()
        self.store = JobStore(self.database, self.notifier, max_queued=100)
        self.engine = self._engine_type(
            JOB_TYPES,
            self._workspace,
            workers=self.workers,
            events_kept=1000,
            job_seconds=JOB_SECONDS,
            fork_server=cast("Any", self.machine),
        )

    def submit(self, kind: int) -> None:
        """Queue a job of a kind; the database may refuse it."""
        params = JOB_TYPES[JobType.BACKTEST].parameters(years=kind).model_dump_json()
        with suppress(SQLAlchemyError, OSError, ValueError, RuntimeError, Unavailable):
            record = self.loop.run(self.store.submit(JobType.BACKTEST, params))
            self.jobs.append(record.job_id)
            self.kinds.append(kind)

    def advance(self, seconds: float) -> None:
        """Let time pass, and look at the laws meanwhile."""
        until = self.loop.time() + seconds
        while self.loop.time() < until:
            self.loop.advance(min(LOOK_SECONDS, until - self.loop.time()))
            self.look()

    @property
    def is_over(self) -> bool:
        """Whether every job has ended, and every fault too."""
        ended = all(row["completed_at"] for row in self._rows())
        return ended and not self.is_starting and self.loop.time() >= self._trouble_until

    def end(self) -> None:
        """Wait until every job has ended, and check what is left."""
        until = self.loop.time() + END_SECONDS
        while not self.is_over:
            self.advance(LOOK_SECONDS)
            if self.loop.time() > until:
                states = [f"{row['status']} at attempt {row['attempt']}" for row in self._rows()]
                raise LawBroken(f"a job never ends: {', '.join(states)}")
        self.database.calm()
        self.advance(2.0)
        self._check_end()

    def close(self) -> None:
        """End the service."""
        try:
            self.database.calm()
            self.loop.run(self._end_engine())
        finally:
            self._stack.close()

    async def _start(self) -> None:
        self.is_starting = True
        while True:
            try:
                await self.engine.start(self.store, self.notifier)
            except Exception:  # noqa: BLE001 - a service that does not start is started again
                await self._end_engine()
                await asyncio.sleep(1.0)
                self._open()
            else:
                break
        self.is_starting = False

    async def _end_engine(self) -> None:
        with suppress(Exception):
            await self.engine.stop()
        await self.database.close()

    # faults

    def happen(self, name: str) -> None:
        """Let a fault happen now, in the middle of a step or between two."""
        place, _, error = name.partition(":")
        # a log may lose lines when the database fails, and a service dies with those that it has not stored
        self._had_trouble = self._had_trouble or bool(error)
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
        self.machine.deaf_calls += 1

    def _stop(self, _: str) -> None:
        for process in self.machine.alive:
            process.stop()
            self._later(partial(process.stop, stopped=False))

    def _fork(self, name: str) -> None:
        if name == "fork_fails":
            self.machine.failing_starts += 2
        else:
            self.machine.is_stuck = True
            self._later(lambda: setattr(self.machine, "is_stuck", False))

    def _cancel(self, name: str) -> None:
        self._tasks.append(self.loop.create_task(self._cancel_job(int(name[-1]) % len(self.jobs))))

    async def _cancel_job(self, number: int) -> None:
        # what is answered with an error may have been stored all the same
        self._asked.add(self.jobs[number])
        with suppress(Exception):
            await self.store.request_cancel(self.jobs[number])
            self.cancelled.setdefault(self.jobs[number], self.loop.time())

    def _prune(self, _: str) -> None:
        self._tasks.append(self.loop.create_task(self._prune_all()))

    async def _prune_all(self) -> None:
        with suppress(Exception):
            await self.store.prune(0)

    def _restart(self, _: str) -> None:
        if not self.is_starting:
            self.is_starting = True
            self._tasks.append(self.loop.create_task(self._restart_engine()))

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
            self._tasks.append(self.loop.create_task(self._start_after_crash()))

    async def _start_after_crash(self) -> None:
        await self._end_engine()
        self._open()
        await self._start()

    # laws

    def _rows(self) -> list[sqlite3.Row]:
        return self._reader.execute("SELECT * FROM jobs ORDER BY position").fetchall()

    def look(self) -> None:
        """Hold the jobs that have not ended to the laws of time."""
        now = self.loop.time()
        self._check_health()
        busy = [process.job_id for process in self.machine.alive if process.is_busy]
        if len({*busy}) < len(busy):
            raise LawBroken("a job runs in two processes at once")
        if self.machine.late_calls:
            raise LawBroken("a job was sent to a process that was dead for long")
        if now < self._trouble_until or self.is_starting:
            self._ownerless.clear()
            self.cancelled = dict.fromkeys(self.cancelled, now)
            return
        owned = {*busy}
        seen = set()
        for row in self._rows():
            key = row["job_id"], row["attempt"]
            if row["status"] == "running" and row["job_id"] not in owned:
                seen.add(key)
                if now - self._ownerless.setdefault(key, now) > OWNERLESS_SECONDS:
                    raise LawBroken("a job runs without a process for more than 30 s")
            at = self.cancelled.get(row["job_id"])
            if (
                at is not None
                and row["completed_at"] is None
                and now - at > CANCEL_SECONDS + LOOK_SECONDS
            ):
                raise LawBroken("a job whose cancellation was accepted is not final after 5 s")
        for key in {*self._ownerless} - seen:
            del self._ownerless[key]

    def _check_health(self) -> None:
        alive, reported = len(self.machine.alive), self.loop.run(self._reported())
        if reported > alive:
            raise LawBroken(f"{alive} processes are alive, and health says {reported}")

    def _check_end(self) -> None:
        for job_id, kind in zip(self.jobs, self.kinds, strict=True):
            record = self.loop.run(self.store.get(job_id))
            self._check_job(record, kind)
            self._check_log(record, kind, is_whole=not self._had_trouble)
        self._check_slots()

    async def _reported(self) -> int:
        return self.engine.processes.alive

    def _check_job(self, record: Any, kind: int) -> None:
        ended = str(record.status)
        if record.error is not None:
            ended += f" {record.error.code}"
        expected = KINDS[kind][1]
        times = self.machine.lost.get(record.job_id, [])
        lost = len(times)
        allowed = {expected}
        if record.job_id in self._asked:
            allowed = {expected, "cancelled"}
        if lost >= MAX_LOST:
            allowed.add("failed worker_lost")
        if ended not in allowed:
            raise LawBroken(
                f"a job of kind {kind} ended as {ended} and not as {' or '.join(sorted(allowed))}; "
                f"its process was lost {lost} times"
            )
        if ended == "failed worker_lost" and times[-1] - times[0] < LOST_SECONDS:
            raise LawBroken(f"a job had used up its attempts after {times[-1] - times[0]:g} s")
        query = "SELECT event, revision FROM job_events WHERE job_id = ? ORDER BY seq"
        events = self._reader.execute(query, [record.job_id]).fetchall()
        names = [event for event, _ in events]
        revisions = [revision for _, revision in events]
        if not names:
            # pruned
            return
        if sum(name in TERMINAL_EVENTS for name in names) != 1 or names[-1] not in TERMINAL_EVENTS:
            raise LawBroken(f"a job has the events {names}")
        if (
            revisions != list(range(record.revision + 1))
            or names.count("started") != record.attempt
        ):
            raise LawBroken(
                f"the log of a job has {names}, {revisions} at attempt {record.attempt}"
            )

    def _check_log(self, record: Any, kind: int, *, is_whole: bool) -> None:
        """The lines of each attempt follow those of the one before, and all of the last one are there."""
        query = "SELECT attempt, text FROM job_log WHERE job_id = ? ORDER BY line"
        lines = self._reader.execute(query, [record.job_id]).fetchall()
        attempts = [attempt for attempt, _ in lines]
        if attempts != sorted(attempts):
            raise LawBroken(f"the lines of a job are of the attempts {attempts}, in this order")
        for attempt in {*attempts}:
            texts = [text for number, text in lines if number == attempt]
            expected = [f"line {n}" for n in range(1, QUICK_LINES + 1)]
            if texts != [text for text in expected if text in texts]:
                raise LawBroken(f"attempt {attempt} of a job has the lines {texts}")
        is_quick = kind == 1 and record.status == "succeeded" and is_whole
        if is_quick and attempts.count(record.attempt) != QUICK_LINES:
            raise LawBroken(f"a job has {len(lines)} of its {QUICK_LINES} lines")

    def _check_slots(self) -> None:
        """As many jobs as there are slots run at once, and can be cancelled."""
        first = len(self.jobs)
        for _ in range(self.workers):
            self.submit(2)
        self.advance(10.0)
        running = [row for row in self._rows() if row["status"] == "running"]
        if len(running) != self.workers:
            raise LawBroken(f"{len(running)} of {self.workers} slots run jobs afterwards")
        for job_id in self.jobs[first:]:
            self.loop.run(self.store.request_cancel(job_id))
        self.advance(CANCEL_SECONDS)
        left = [row["status"] for row in self._rows() if row["completed_at"] is None]
        if left:
            raise LawBroken(f"{CANCEL_SECONDS} s after a cancellation jobs are {left}")


def run(folder: Path, schedule: Schedule, engine_type: type[LocalEngine] = LocalEngine) -> int:
    """Run a schedule; return the number of steps of the loop up to the end of its jobs.

    Raises:
        LawBroken: with the line that replays it.
    """
    folder.mkdir()
    try:
        with virtual_loop() as loop:
            simulation = Simulation(loop, folder, schedule.workers, engine_type)
            try:
                for kind in schedule.kinds:
                    simulation.submit(kind)
                pending = sorted(schedule.faults, key=lambda fault: fault.step)
                base = loop.steps

                def before_step(number: int) -> None:
                    while pending and pending[0].step + base <= number:
                        simulation.happen(pending.pop(0).name)

                loop.before_step = before_step
                while not simulation.is_over:
                    simulation.advance(LOOK_SECONDS)
                    if not pending:
                        break
                # a fault before a step that does not come does not happen
                loop.before_step = None
                steps = loop.steps - base
                simulation.end()
            finally:
                loop.before_step = None
                simulation.close()
    except (AssertionError, Exception) as error:
        error.add_note(f"ENGINE_SCHEDULE='{schedule}' pytest contract_tests/engine -k replay")
        raise
    return steps
