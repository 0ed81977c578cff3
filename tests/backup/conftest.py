"""A home to back up, and a child process that is interrupted at one of the files that it touches."""

import hashlib
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.examples import (
    PREDICTION,
    REPORT,
    SIGNALS,
    SUMMARY,
    manifest,
    promote,
)
from contract_tests.kit.service import RunningService, idle_app, running
from quant_engine.api.schemas.jobs import JobType
from quant_engine.artifacts import Artifacts
from quant_engine.backup import snapshot
from quant_engine.backup.files import PARTIAL, PREFIX
from quant_engine.backup.record import RECORD, SUMS, BackupRecord, read_backup
from quant_engine.backup.save import RESULTS, save
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.parameters import BacktestParameters, PredictParameters, TrainParameters
from quant_engine.models.registry import ModelRegistry

#: what a process does to files, as Python's audit names it; `create` opens a new file, `pause` is between two steps
#: of the copy of a database
WRITES = frozenset({"create", "os.mkdir", "os.rename", "fsync", "pause"})
READS = frozenset({"open", "sqlite3.connect", "os.listdir", "os.scandir", "pause"})
TOUCHES = WRITES | READS | {"shutil.rmtree", "fcntl.flock", "os.remove", "os.rmdir"}
#: files of SQLite beside a database, which every reader creates, and locks
TRANSIENT = ("-shm", "-wal", ".lock")
#: most touches of one run; it does not end above
MOST_TOUCHES = 1000


@dataclass(frozen=True)
class Filled:
    """A home without a service, and its jobs."""

    path: Path
    backtest: str  #: id of a job that succeeded
    older: str  #: likewise
    prediction: str  #: likewise
    queued: str

    @property
    def database(self) -> Path:
        return self.path / "quant_engine.db"

    def execute(self, statement: str, *values: Any) -> list[Any]:
        """Change or read the database as another program does."""
        with closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()

    def delete(self, job_id: str) -> None:
        """Delete a backtest as the service does: first in the database."""
        self.execute("DELETE FROM jobs WHERE job_id = ?", job_id)
        (self.path / "reports" / f"{job_id}.json").unlink()


async def succeed(service: RunningService, kind: JobType, parameters: Any, summary: Any) -> str:
    """Let a job succeed, after its file is written."""
    record = await service.store.submit(kind, parameters.model_dump_json())
    claim = await service.store.claim_next()
    assert claim is not None
    artifacts, job_id = Artifacts(service.home), str(record.job_id)
    if kind is JobType.BACKTEST:
        artifacts.write_report(REPORT.model_copy(update={"job_id": job_id}))
    else:
        artifacts.write_signals(SIGNALS.model_copy(update={"job_id": job_id}))
    await service.store.succeed(claim, summary.model_dump_json())
    return job_id


async def fill_home(path: Path) -> Filled:
    """Create a home with two backtests, a prediction, a queued training, and two versions."""
    async with running(idle_app(path)) as service:
        for version in ("v1", "v2"):
            promote(service.home, manifest(version, data_source="demo"))
        (service.home / "models" / ".draft-1").mkdir()
        older = await succeed(service, JobType.BACKTEST, BacktestParameters(), SUMMARY)
        backtest = await succeed(service, JobType.BACKTEST, BacktestParameters(), SUMMARY)
        prediction = await succeed(service, JobType.PREDICT, PredictParameters(), PREDICTION)
        queued = await service.store.submit(JobType.TRAIN, TrainParameters().model_dump_json())
    return Filled(service.home, backtest, older, prediction, str(queued.job_id))


@pytest.fixture
async def filled(tmp_path: Path) -> Filled:
    """A home."""
    return await fill_home(tmp_path / "home")


@pytest.fixture
def saved(filled: Filled, tmp_path: Path) -> Path:
    """A backup of that home."""
    save(filled.path, filled.database, tmp_path / "saved")
    return tmp_path / "saved"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy a small database in several steps, and without pauses."""
    monkeypatch.setattr(snapshot, "STEP_PAGES", 8)
    monkeypatch.setattr(snapshot, "PAUSE_SECONDS", 0.0)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(TRANSIENT)
    }


def partial_backups(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX}*{PARTIAL}"))


def check_whole(backup: Path) -> BackupRecord:
    """Check a backup without the code that wrote it: checksums, database, and a file for each result."""
    record, sums = read_backup(backup)
    assert {
        name: hashlib.sha256(content).hexdigest() for name, content in tree(backup).items()
    } == {
        **sums,
        RECORD: hashlib.sha256((backup / RECORD).read_bytes()).hexdigest(),
        SUMS: hashlib.sha256((backup / SUMS).read_bytes()).hexdigest(),
    }
    with closing(sqlite3.connect(backup / "quant_engine.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT job_id, job_type FROM jobs WHERE status = 'succeeded'"
        results = {
            f"{ {'backtest': 'reports', 'predict': 'signals'}[kind] }/{job_id}.json"
            for job_id, kind in database.execute(query)
        }
    named = {name for name in sums if name.startswith(RESULTS)}
    assert named | {name for name in record.missing if name.startswith(RESULTS)} == results
    registry = ModelRegistry(backup)
    assert {one.version for one in registry.versions()} == {
        name.split("/")[1] for name in sums if name.endswith("manifest.json")
    }
    return record


def check_whole_but_lock(target: Path) -> None:
    """Check a backup whose program was killed before it removed the lock file, which is no part of it."""
    (target / ".lock").unlink(missing_ok=True)
    check_whole(target)


class Interruption:
    """What happens at one of the touches of a child process."""

    def __init__(
        self, folder: Path, at: int, action: Callable[[], None], events: frozenset[str]
    ) -> None:
        self.is_reached = False
        self._left = at
        self._folder = str(folder)
        self._action = action
        self._events = events

    def run(self, work: Callable[[], object]) -> str:
        """Do the work with the interruption; return its result, or the message with which it failed."""
        sys.addaudithook(self._audit)
        for owner, name, event in ((os, "fsync", "fsync"), (snapshot, "_pause", "pause")):
            setattr(owner, name, lambda *_, event=event: self._touch(event))
        try:
            return str(work() or "")
        except Unavailable as error:
            return error.message

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and arguments[2] & os.O_CREAT:
            event = "create"
        if event == "fcntl.flock" or (
            event in TOUCHES and str(arguments[0]).startswith(self._folder)
        ):
            self._touch(event)

    def _touch(self, event: str) -> None:
        """Count a touch, and act at the last one."""
        if event in self._events and not self.is_reached:
            self._left -= 1
            if self._left < 0:
                self.is_reached = True
                self._action()


def interrupted(
    work: Callable[[], object],
    folder: Path,
    action: Callable[[], None],
    events: frozenset[str] = TOUCHES,
) -> Iterator[str | None]:
    """Do a work in one child process after the other, with an action before each of its touches in turn.

    Args:
        work: what to do.
        folder: touches of files below it count.
        action: at each touch.
        events: the touches that count.

    Yields:
        What the work returned in each child, or the message with which it failed; None: the child was killed.
    """
    for at in count():
        assert at < MOST_TOUCHES, "the work has no end"
        text = in_child(partial(_run, work, Interruption(folder, at, action, events)))
        if text == "0":
            return
        assert text is None or text.endswith("1"), text
        yield text and text[:-1]


def _run(work: Callable[[], object], interruption: Interruption) -> str:
    return f"{interruption.run(work)}{int(interruption.is_reached)}"


def in_child(work: Callable[[], object]) -> str | None:
    """Return what a function returns in a child process, or the message of what it raises; None: it was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = str(work() or "")
        except Unavailable as error:
            text = error.message
        except BaseException as error:  # noqa: BLE001 - its text goes to the parent
            text = f"{type(error).__name__}: {error}"
        os.write(write, text.encode() + b".")
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer[:-1] if answer else None


def kill() -> None:
    """Die as a process does that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
