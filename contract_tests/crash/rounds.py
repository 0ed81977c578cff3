"""One round: a process, the signal that it gets, and the phase of a job; the number of the round decides all three."""

import signal
from dataclasses import dataclass
from random import Random

WORKERS = (1, 2, 4)
#: when the signal comes
PHASES = (
    "idle",  #: before a job is submitted
    "submitted",  #: right after the answer
    "started",
    "progress_0.1",
    "progress_0.5",
    "progress_0.9",  #: its code writes a file and returns
    "cancel",  #: while a cancellation is sent
    "stop",  #: while the service stops
    "recovery",  #: while a service that was killed starts again
    "random",
)
VICTIMS = ("job process", "fork server", "service", "all")
SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "STOP": signal.SIGSTOP}


@dataclass(frozen=True)
class Round:
    """One round."""

    number: int
    workers: int
    phase: str
    victim: str
    signal: str  #: STOP is followed by CONT
    moment: float  #: 0 to 1, of the phase `random`

    def __str__(self) -> str:
        return f"round {self.number}: WORKERS={self.workers}, {self.signal} to {self.victim} in {self.phase}"


def make(number: int) -> Round:
    """Make up a round; successive ones have all phases, numbers of workers, and most combinations."""
    chance = Random(number)  # noqa: S311 - not for secrets
    # all of them at once, as where memory runs out: nothing else than KILL
    victim = chance.choice(VICTIMS)
    name = "KILL" if victim == "all" else chance.choice([*SIGNALS])
    phase = PHASES[number % len(PHASES)]
    workers = WORKERS[number // len(PHASES) % len(WORKERS)]
    return Round(number, workers, phase, victim, name, chance.random())
