"""What happens in one run of the simulated engine: its jobs, its faults, and the line that replays it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from random import Random

from contract_tests.engine.machine import Script
from contract_tests.engine.trouble import ERRORS, PLACES
from contract_tests.recording import recordings
from quant_engine.api.jobs.lines import Line, Printed
from quant_engine.api.jobs.worker import Finished, Progress, Raised
from quant_engine.api.schemas.job_log import LogLevel, LogSource
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode


@cache
def _result() -> str:
    return recordings().of(JobType.BACKTEST).result.model_dump_json()


def _printed(*numbers: int) -> Printed:
    at = "2026-01-01T00:00:00.000000Z"
    return Printed(
        tuple(Line(n, at, LogLevel.INFO, LogSource.STDOUT, f"line {n}", 0) for n in numbers)
    )


def _quick() -> Script:
    return [
        (0.3, Progress(0.2, "loading")),
        (0.0, _printed(1, 2)),
        (0.3, Progress(0.7, "trading")),
        (0.1, _printed(3)),
        (0.1, _printed(4)),
        (0.0, Finished(_result())),
    ]


def _long() -> Script:
    return [(14.0, Progress(0.5, "half")), (14.0, Finished(_result()))]


QUICK_LINES = 4  #: that a quick job prints

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
    *(f"{place}:{error}" for place in PLACES for error in ERRORS),
    *(f"down:{error}" for error in ("locked", "io", "no_connection", "os", "gone")),
)
FAULTS = (*PROCESS_FAULTS, *SERVICE_FAULTS, *DATABASE_FAULTS)


def _each(step_of: Callable[[int], Schedule], steps: int) -> tuple[Schedule, ...]:
    return tuple(step_of(step) for step in range(steps))


#: what broke a law of an earlier engine; the fault is in one of the schedules
KNOWN: dict[str, tuple[Schedule, ...]] = {
    "processes that died before they received the call": (
        Schedule(1, (1,), (Fault(0, "deaf"),) * 3),
    ),
    "an outcome that could not be stored": _each(
        lambda step: Schedule(1, (1,), (Fault(step, "commit:bug"),)), 60
    ),
    "an error that ended a slot": _each(
        lambda step: Schedule(2, (1, 1), (Fault(step, "begin:bug"),)), 6
    ),
    "health that counted the dead": (
        Schedule(2, (1,), (Fault(3, "die_all"), Fault(3, "fork_stuck"))),
    ),
    "a slot whose process was dead": (Schedule(1, (1,), (Fault(3, "die_idle"),)),),
    "a job without an end": (Schedule(1, (6,)),),
    "lines of an attempt that are not stored when it ends": (Schedule(1, (1,)),),
    "lines that are stored again": _each(
        lambda step: Schedule(1, (1,), (Fault(step, "after:locked"),)), 60
    ),
    "attempts that were used up at once": (
        Schedule(1, (2,), tuple(Fault(step, "die_busy") for step in range(20, 400, 7))),
    ),
}


def generated(seed: int) -> Schedule:
    """Make up a schedule: up to four faults, close together or far apart."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    workers = chance.choice([1, 2, 3])
    kinds = tuple(chance.choice([1, 1, 1, 2, 3, 4, 5, 6]) for _ in range(chance.randint(1, 4)))
    first = chance.randint(0, 400)
    faults = []
    for _ in range(chance.randint(1, 5)):
        group = chance.choice([PROCESS_FAULTS, SERVICE_FAULTS, DATABASE_FAULTS])
        faults.append(Fault(first, chance.choice(group)))
        first += chance.choice([0, 1, 2, 5, 20, 100])
    return Schedule(workers, kinds, tuple(faults))
