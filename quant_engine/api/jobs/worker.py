"""What runs inside a job process: take a call from the pipe, run it, answer; it never sees the database."""

import logging
import signal
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from pydantic import BaseModel

from quant_engine.api.jobs.lifeline import die_with_parent
from quant_engine.api.schemas.jobs import MAX_RECORD_BYTES, JobType
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    Parameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.work import Work, Workspace

REST_BYTES = 1_500  #: of a record, beside its parameters and its result
ERROR_LENGTH = 1_000
REPEAT_SECONDS = 0.05  #: the same stage is not reported more often than this

PARAMETERS: dict[JobType, type[Parameters]] = {
    JobType.TRAIN: TrainParameters,
    JobType.PREDICT: PredictParameters,
    JobType.BACKTEST: BacktestParameters,
    JobType.AUTOPILOT: AutopilotParameters,
}


@dataclass(frozen=True)
class Call:
    """One attempt of a job, as the service hands it over."""

    target: str  #: `package.module:function`
    job_type: JobType
    job_id: str
    params: str  #: JSON
    workspace: Workspace


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


Message = Progress | Finished | Raised


def serve(pipe: Connection) -> None:
    """Run calls until the service closes the pipe."""
    die_with_parent()
    # Ctrl-C reaches every process of a terminal; the service decides what becomes of its jobs
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            call = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(call, pipe))


def _answer(call: Call, pipe: Connection) -> Finished | Raised:
    try:
        result = _run(call, pipe)
    except QuantEngineError as error:
        return Raised(error.code, error.message[:ERROR_LENGTH])
    except (Exception, SystemExit) as error:
        logging.getLogger(__name__).exception("Job %s raised", call.job_id)
        message = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
        return Raised(ErrorCode.JOB_ERROR, f"The job's code raised {message}")
    room = MAX_RECORD_BYTES - REST_BYTES - len(call.params)
    if len(result) > room:
        return Raised(ErrorCode.JOB_ERROR, f"The job's result has more than {room} bytes.")
    return Finished(result)


def _run(call: Call, pipe: Connection) -> str:
    parameters = PARAMETERS[call.job_type].model_validate_json(call.params)
    work = Work(job_id=call.job_id, workspace=call.workspace, progress=_reporter(pipe))
    summary = resolve(call.target)(parameters, work)
    if not isinstance(summary, BaseModel):
        raise TypeError(f"{call.target} returned {type(summary).__name__}, not a summary")
    return summary.model_dump_json()


def resolve(target: str) -> Any:
    """Import what `package.module:function` names."""
    module, _, function = target.partition(":")
    return getattr(import_module(module), function)


def _reporter(pipe: Connection) -> Any:
    said: str | None = None
    at = 0.0

    def report(fraction: float, message: str) -> None:
        nonlocal said, at
        now = monotonic()
        if message == said and now - at < REPEAT_SECONDS and fraction < 1:
            return
        said, at = message, now
        pipe.send(Progress(float(fraction), message))

    return report
