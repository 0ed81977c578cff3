"""Changes a job at every await point of a stream, from its opening until it sleeps, and until it sleeps again."""

import asyncio
import json
import sqlite3
import sys
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

from contract_tests.kit.clock import begin
from contract_tests.streams.laws import LawBroken
from contract_tests.streams.ledger import Ledger, Opening, Place
from contract_tests.streams.scenario import RESULTS, STREAMS, Scenario, Watcher
from contract_tests.streams.schedules import FINAL_MOVES, MOVES, PRINTS, Schedule
from contract_tests.streams.streamed import Record
from contract_tests.streams.streams_only import StreamsOnlyApp
from quant_engine.api.jobs.rows import to_record
from quant_engine.api.jobs.store import Claim
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JOB_RECORD, JobType
from quant_engine.database.file import FileDatabase
from quant_engine.database.inline import InlineConnection
from quant_engine.domain.errors import ErrorCode

LOOK_SECONDS = 16.0  #: by then a stream has read the log again without a notification
GARBAGE = "garbage"
ASLEEP = 1_000_000  #: a step that a stream never comes to: the move is made when it sleeps
SHARED = ("quant_engine/api/jobs/", "quant_engine/database/")  #: what writers and readers share
#: a reader that is woken before the commit has time to read, or a whole write fits into the wait of a reader
SLOW_STEPS = {"commit": 16, "begin": 40}


class YieldingConnection(InlineConnection):
    """A connection that yields to the event loop before and after each call, where one is named as slow."""

    slow = ""

    async def _call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        slow = YieldingConnection.slow
        if not slow:
            return await super()._call(function, *args, **named)
        is_reader = "begin" not in self._connection.get_execution_options()
        is_slow = function.__name__ == slow and is_reader == (slow == "begin")
        for _ in range(SLOW_STEPS[slow] if is_slow else 1):
            await asyncio.sleep(0)
        result = await super()._call(function, *args, **named)
        await asyncio.sleep(0)
        return result


class Sweep:
    """Runs schedules in one scenario, each on a job of its own."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.loop = scenario.loop
        self.runs = 0
        self.steps = 0
        database = scenario.parts.database
        assert isinstance(database, FileDatabase)
        database.connection_class = YieldingConnection
        self.loop.run(database.close())
        # autocommit: each query sees what is committed
        self._connection = sqlite3.connect(database.path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._kinds = deque(JobType)
        # the first request fills caches, so that the first run takes the same steps as the others
        scenario.subscribe(None).reader.leave()
        scenario.loop.settle()

    def close(self) -> None:
        """Close the connection to the database."""
        self._connection.close()

    def singles(self, schedule: Schedule) -> None:
        """Make one move before each step in turn that it can change, and while the stream sleeps."""
        for step in self.changeable(replace(schedule, steps=(ASLEEP,))):
            self.run(replace(schedule, steps=(step,)))

    def pairs(self, schedule: Schedule) -> None:
        """Make two moves, each before each such step in turn."""
        firsts = self.changeable(replace(schedule, steps=(ASLEEP, ASLEEP)), 2)
        for first in (*firsts, ASLEEP):
            for second in self.changeable(replace(schedule, steps=(first, ASLEEP))):
                self.run(replace(schedule, steps=(first, second)))

    def changeable(self, schedule: Schedule, moves: int = 1) -> list[int]:
        """Run a schedule, and return the steps that run code of `SHARED` while `moves` moves are left.

        A move before any other step does the same as one before the next of these.
        """
        steps = dict[int, None]()
        run = _Run(self, schedule)

        def called(frame: FrameType, _event: str, _argument: object) -> None:
            is_counted = self.loop.before_step is not None and len(run.pending) == moves
            if is_counted and any(name in frame.f_code.co_filename for name in SHARED):
                steps[self.loop.steps - 1 - run.begun] = None

        sys.setprofile(called)
        try:
            self.run(schedule, run)
        finally:
            sys.setprofile(None)
        return list(steps)

    def run(self, schedule: Schedule, run: "_Run | None" = None) -> None:
        """Run one schedule and check what was read."""
        self.runs += 1
        try:
            (run or _Run(self, schedule)).run()
        except AssertionError as error:
            error.add_note(f"STREAM_SCHEDULE='{schedule}' pytest contract_tests/streams -k replay")
            raise

    def submit(self) -> str:
        """Queue a job of the next type."""
        self._kinds.rotate()
        kind = self._kinds[0]
        params = JOB_TYPES[kind].parameters().model_dump_json()
        return str(self.loop.run(self.scenario.store.submit(kind, params)).job_id)

    def record(self, job_id: str) -> Record:
        """Read a job's record from the database, in the middle of a step."""
        query = "SELECT * FROM jobs WHERE job_id = ?"
        row = self._connection.execute(query, [job_id]).fetchone()
        columns = {**dict(row), "cancel_requested": bool(row["cancel_requested"])}
        return dict(json.loads(JOB_RECORD.dump_json(to_record(columns))))  # type: ignore[arg-type]

    def lines(self, job_id: str) -> list[Record]:
        """Read the lines of a job's log in the same way."""
        query = "SELECT * FROM job_log WHERE job_id = ? ORDER BY line"
        rows = [dict(row) for row in self._connection.execute(query, [job_id])]
        return [{name: row[name] for name in row if name != "job_id"} for row in rows]

    def forget(self, job_id: str) -> None:
        """Delete a job, so that the next run starts without it."""
        for table in ("jobs", "job_events", "job_log"):
            delete = f"DELETE FROM {table} WHERE job_id = ?"  # noqa: S608 - the names above
            self._connection.execute(delete, [job_id])


class _Run:
    """One schedule."""

    def __init__(self, sweep: Sweep, schedule: Schedule) -> None:
        self.sweep = sweep
        self.scenario = sweep.scenario
        self.loop = sweep.loop
        self.schedule = schedule
        self.pending = deque(zip(schedule.steps, schedule.script, strict=True))
        self.unfinished = 0
        self.moments: list[Place] = []  #: where a new reader of all jobs may have begun
        self.begun = 0
        self.job_id = ""
        self.asleep = False

    def run(self) -> None:
        scenario, schedule = self.scenario, self.schedule
        scenario.ledger = Ledger(STREAMS.job)
        scenario.watchers = []
        first = self._newest_id() if schedule.last_event_id == "first" else None
        self.job_id = self.sweep.submit()
        self._look()
        for move in schedule.before:
            self.loop.run(self._move(move))
            self._look()
        now = self._newest_id() if schedule.last_event_id == "now" else None
        if schedule.log:
            first, now = "0", str(scenario.ledger.newest(self.job_id))
        elif not schedule.every:
            first, now = "0", str(len(self._records()) - 1)
        ids = {"nothing": None, "first": first, "now": now, GARBAGE: GARBAGE}
        scenario.mute(muted=schedule.is_muted)
        YieldingConnection.slow = schedule.slow
        self.moments = [scenario.ledger.here()]
        self.begun = self.loop.steps
        watcher = self._open(ids[schedule.last_event_id])
        try:
            self._go()
            self._check(watcher)
        finally:
            self.sweep.steps += self.loop.steps - self.begun
            self._clear(watcher)

    def _open(self, last_event_id: str | None) -> Watcher:
        job_id = None if self.schedule.every else self.job_id
        app = None if self.schedule.over_http else StreamsOnlyApp(self.scenario)
        log = self.schedule.log
        return self.scenario.subscribe(job_id, last_event_id, settle=False, app=app, log=log)

    def _go(self) -> None:
        self.loop.before_step = self._before_step
        self.loop.settle()
        while self.pending:
            # it sleeps, and the next move wakes it
            if not self._can_apply():
                move, status = self.pending[0][1], self._records()[-1]["status"]
                raise self._broken("transition-refused", f"a status that allows {move}", status)
            self.asleep = True
            self.loop.call_soon(lambda: None)
            self.loop.settle()
        self.loop.before_step = None
        if self.unfinished:
            raise self._broken("write-hangs", "each write of the store ends", self.unfinished)
        if self.schedule.is_muted:
            self.loop.advance(LOOK_SECONDS)
        self._look()

    def _broken(self, law: str, expected: str, found: object) -> LawBroken:
        return LawBroken(law, STREAMS.job, f"job {self.job_id}", expected, found)

    def _before_step(self, number: int) -> None:
        if self.unfinished:
            self._look()
        if not self.pending:
            return
        is_due = self.asleep or number - self.begun >= self.pending[0][0]
        if is_due and self._can_apply():
            self.asleep = False
            self._begin()

    def _can_apply(self) -> bool:
        move = self.pending[0][1]
        record = self._records()[-1]
        if move in PRINTS:
            return bool(record["status"] == "running")
        return move in MOVES.get(record["status"], FINAL_MOVES)

    def _begin(self) -> None:
        _, move = self.pending.popleft()
        self.unfinished += 1
        begin(self._move(move), self._finished)
        self._look()

    def _finished(self, _: object) -> None:
        self.unfinished -= 1

    def _move(self, move: str) -> Coroutine[Any, Any, Any]:
        store = self.scenario.store
        record = self._records()[-1]
        kind = JobType(record["job_type"])
        claim = Claim(self.job_id, kind, record["attempt"], "{}")
        moves: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "start": store.claim_next,
            "cancel": lambda: store.request_cancel(self.job_id),
            "request_cancel": lambda: store.request_cancel(self.job_id),
            "progress": lambda: store.progress(claim, record["progress"] + 0.25, "further"),
            "succeed": lambda: store.succeed(claim, RESULTS[kind].model_dump_json()),
            "fail": lambda: store.fail(claim, ErrorCode.JOB_ERROR, "The job's code raised."),
            "requeue": lambda: store.release(claim, lost=True),
            "prune": self._prune,
            "delete": self._delete,
            "print": lambda: self._print(claim, move),
            "print_much": lambda: self._print(claim, move),
        }
        return moves[move]()

    async def _print(self, claim: Claim, move: str) -> None:
        await self.scenario.store.log(claim, self.scenario.lines(claim, PRINTS[move]))

    async def _prune(self) -> None:
        await self.scenario.store.prune(0)
        self.scenario.ledger.forget(0)

    async def _delete(self) -> None:
        await self.scenario.store.delete(self.job_id)
        self.scenario.ledger.delete(self.job_id)
        self.moments.append(self.scenario.ledger.here())

    def _records(self) -> list[Record]:
        return self.scenario.ledger.jobs[self.job_id]

    def _look(self) -> None:
        ledger = self.scenario.ledger
        if self.job_id in ledger.deleted:
            return
        before = len(ledger.order)
        ledger.write(self.sweep.record(self.job_id))
        ledger.write_log(self.job_id, self.sweep.lines(self.job_id))
        if len(ledger.order) > before:
            self.moments.append(ledger.here())

    def _newest_id(self) -> str | None:
        if not self.schedule.every:
            return None
        watcher = self.scenario.subscribe(None, app=StreamsOnlyApp(self.scenario))
        self.scenario.check(watcher)
        watcher.reader.cut()
        self.loop.settle()
        self.scenario.watchers.remove(watcher)
        return watcher.reader.frames[-1].id

    def _check(self, watcher: Watcher) -> None:
        scenario = self.scenario
        broken: list[LawBroken] = []
        for opening in self._openings(watcher):
            watcher.opening = opening
            try:
                scenario.check(watcher)
            except LawBroken as error:
                broken.append(error)
            else:
                return
        # it began at one of these moments, and breaks a law for each of them
        raise broken[0]

    def _openings(self, watcher: Watcher) -> Iterator[Opening]:
        """Give each state in which the stream may have begun."""
        opening = watcher.opening
        revisions = opening.revisions[0], len(self._records()) - 1
        is_forgotten = bool(self.scenario.ledger.forgotten) and opening.resumed is not None
        newest = opening.newest[0], self.scenario.ledger.newest(self.job_id)
        for place in self.moments:
            for lost in {opening.lost, is_forgotten}:
                yield Opening(revisions, place, opening.resumed, lost, newest=newest)

    def _clear(self, watcher: Watcher) -> None:
        self.loop.before_step = None
        YieldingConnection.slow = ""
        self.scenario.mute(muted=False)
        watcher.reader.cut()
        self.loop.settle()
        self.sweep.forget(self.job_id)
