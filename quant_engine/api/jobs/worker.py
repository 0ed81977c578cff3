"""The code of a job process: receive a call, run it, answer; it never writes to the tables of jobs."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread
from time import monotonic

from pydantic import BaseModel

from quant_engine.api.jobs.capture import Capture, Pipes
from quant_engine.api.jobs.lifeline import die_with_parent
from quant_engine.api.jobs.lines import Printed
from quant_engine.api.schemas.jobs import MAX_RECORD_BYTES
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.redaction import redact
from quant_engine.domain.work import Work, Workspace

REST_BYTES = 1_500  #: of a record, without its parameters and its result
ERROR_LENGTH = 1_000
ALIVE_SECONDS = 5.0
REPEAT_SECONDS = 0.05  #: the same stage is not reported more often than this


@dataclass(frozen=True)
class JobTypeSpec:
    """How to run jobs of one type. It names the function and does not import it: only job processes load numpy."""

    parameters: type[BaseModel]
    summary: type[BaseModel]
    function: str  #: `package.module:function`, takes parameters and a `Work` and returns a summary


@dataclass(frozen=True)
class Call:
    """One attempt of a job, as the service sends it."""

    job_type: JobTypeSpec
    job_id: str
    params: str  #: JSON
    workspace: Workspace


@dataclass(frozen=True)
class Began:
    """The process has received the call, and its code begins."""


@dataclass(frozen=True)
class Alive:
    """Sent every `ALIVE_SECONDS` while a job runs: without it the process is stopped or stuck."""


@dataclass(frozen=True)
class Progress:
    """How far the job is."""

    fraction: float
    message: str


@dataclass(frozen=True)
class Finished:
    """The job's result."""

    result: str  #: JSON


@dataclass(frozen=True)
class Raised:
    """The job's error."""

    code: ErrorCode
    message: str


Message = Began | Alive | Printed | Progress | Finished | Raised

_log = logging.getLogger(__name__)


def serve(pipe: Connection, outputs: Pipes) -> None:
    """Run calls until the service closes the pipe; `outputs` take what this process prints."""
    die_with_parent()
    capture = Capture(outputs)
    # Ctrl-C reaches every process of a terminal, but the service decides what happens to its jobs
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            call = pipe.recv()
        except EOFError:
            return
        send = _in_turn(pipe.send)
        send(Began())
        with _sign_of_life(send), capture.job(send):
            answer = execute(call, send)
        send(answer)


def _in_turn(send: Callable[[Message], None]) -> Callable[[Message], None]:
    """Two threads send, and a message must not be cut by another one."""
    lock = Lock()

    def send_alone(message: Message) -> None:
        with lock:
            send(message)

    return send_alone


@contextmanager
def _sign_of_life(send: Callable[[Message], None]) -> Iterator[None]:
    done = Event()

    def repeat() -> None:
        # the service that it tells may be gone
        with suppress(OSError):
            while not done.wait(ALIVE_SECONDS):
                send(Alive())

    thread = Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def execute(call: Call, send: Callable[[Progress], None]) -> Finished | Raised:
    """Run a call in this process; its progress goes to `send`."""
    try:
        result = _run(call, send)
    except QuantEngineError as error:
        _log.exception("The job failed: %s", error.message)
        return Raised(error.code, error.message[:ERROR_LENGTH])
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the code of the job
        _log.exception("The job's code raised %s", type(error).__name__)
        message = redact(f"{type(error).__name__}: {error}")[:ERROR_LENGTH]
        return Raised(
            ErrorCode.JOB_ERROR, f"The job's code raised {message} (its log has the traceback)"
        )
    limit = MAX_RECORD_BYTES - REST_BYTES - len(call.params.encode())
    if len(result.encode()) > limit:
        return Raised(ErrorCode.JOB_ERROR, f"The job's result has more than {limit} bytes.")
    return Finished(result)


def _run(call: Call, send: Callable[[Progress], None]) -> str:
    parameters = call.job_type.parameters.model_validate_json(call.params)
    work = Work(job_id=call.job_id, workspace=call.workspace, progress=_reporter(send))
    summary = resolve(call.job_type.function)(parameters, work)
    if not isinstance(summary, call.job_type.summary):
        returned, expected = type(summary).__name__, call.job_type.summary.__name__
        raise TypeError(f"{call.job_type.function} returned {returned}, not {expected}")
    return summary.model_dump_json()


def resolve(name: str) -> Callable[[BaseModel, Work], object]:
    """Import the function that `package.module:function` names."""
    module, _, function = name.partition(":")
    found: Callable[[BaseModel, Work], object] = getattr(import_module(module), function)
    return found


def _reporter(send: Callable[[Progress], None]) -> Callable[[float, str], None]:
    last: str | None = None
    at = 0.0

    def report(fraction: float, message: str) -> None:
        nonlocal last, at
        now = monotonic()
        if message == last and now - at < REPEAT_SECONDS and fraction < 1:
            return
        last, at = message, now
        send(Progress(float(fraction), message))

    return report
