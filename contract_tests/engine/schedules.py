"""What happens in one run of the simulated engine: its jobs, its faults, and the line that replays it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from random import Random

from contract_tests.engine.machine import Script
from contract_tests.engine.trouble import ERRORS
from contract_tests.recording import recordings
from quant_engine.api.jobs.worker import Finished, Progress, Raised
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.errors import ErrorCode


@cache
def _result() -> str:
    return recordings().of(JobType.BACKTEST).result.model_dump_json()


def _quick() -> Script:
    return [
        (0.3, Progress(0.2, "loading")),
        (0.3, Progress(0.7, "trading")),
        (0.2, Finished(_result())),
    ]


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
