"""What can happen to a job while a stream is read, and when: the schedules of a sweep."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from quant_engine.api.schemas.jobs import Transition

#: what can happen to a job in each status, and its status afterwards
MOVES: dict[str, dict[str, str]] = {
    status: {
        transition.name.lower(): transition.after
        for transition in Transition
        # `succeed`, `fail` and `requeue` become this one after `request_cancel`
        if transition.before == status and transition is not Transition.CANCEL_RUNNING
    }
    for status in ("queued", "running")
}
FINAL_MOVES = {"prune": "", "delete": "deleted"}
PRINTS = {"print": 2, "print_much": 9}  #: lines; the second is more than a log keeps


@dataclass(frozen=True)
class Schedule:
    """One run: the reader, what happened before it, what happens while it reads, and before which step."""

    every: bool  #: the reader reads the stream of all jobs
    last_event_id: str  #: `nothing`, `first`, `now`, `garbage`: the id to resume from
    before: tuple[str, ...]  #: moves of the job before the stream opens
    script: tuple[str, ...]  #: moves while the stream runs
    steps: tuple[int, ...]  #: before which step of the loop each of the script begins
    is_muted: bool = False  #: every notification is lost
    log: bool = False  #: the reader reads the log of the job
    over_http: bool = False  #: through the routes; otherwise the service's streams alone
    slow: str = ""  #: the database's driver yields to the loop at each call, longest at a writer's `commit` or a reader's `begin`

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Schedule":
        """Read a schedule that a failure printed."""
        found = json.loads(text)
        lists = {name: tuple(found[name]) for name in ("before", "script", "steps")}
        return cls(**{**found, **lists})


def scripts(before: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    """Yield every possible sequence of `length` moves after `before`."""
    status, cancelled = "queued", False
    for move in before:
        status, cancelled = _moved(status, move, cancelled=cancelled)
    yield from _scripts(status, length, cancelled=cancelled)


def _scripts(status: str, length: int, *, cancelled: bool) -> Iterator[tuple[str, ...]]:
    if length == 0:
        yield ()
        return
    moves = MOVES.get(status, {} if status == "deleted" else FINAL_MOVES)
    for move in moves:
        if move == "request_cancel" and cancelled:
            continue
        status_then, cancelled_then = _moved(status, move, cancelled=cancelled)
        for rest in _scripts(status_then, length - 1, cancelled=cancelled_then):
            yield (move, *rest)


def _moved(status: str, move: str, *, cancelled: bool) -> tuple[str, bool]:
    then = MOVES.get(status, FINAL_MOVES).get(move) or status
    if cancelled and status == "running" and then != "running":
        then = Transition.CANCEL_RUNNING.after
    return then, cancelled or move == "request_cancel"
