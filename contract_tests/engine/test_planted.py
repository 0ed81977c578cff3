"""Faults that an engine once had: each breaks a law of the simulation, and the line that it prints replays it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.engine.schedules import KNOWN, Schedule
from contract_tests.engine.simulation import LawBroken, run
from contract_tests.kit import power
from quant_engine.api.jobs.engine import Processes
from quant_engine.api.jobs.local import LocalEngine
from quant_engine.api.jobs.store import Claim

pytestmark = pytest.mark.timeout(0)  # virtual time finds a hang


class CountsWhatNeverBegan(LocalEngine):
    """An attempt whose process died before it received the call counts as lost."""

    async def _outcome(self, attempt: Any) -> Any:
        outcome = await super()._outcome(attempt)
        if attempt.has_begun:
            return outcome
        return lambda: self._store.release(attempt.claim, lost=True)


class LeavesWhatItCannotStore(LocalEngine):
    """An outcome that cannot be stored ends the slot's work, and no rescuer looks for the job."""

    async def _settle(self, attempt: Any, outcome: Any) -> None:  # noqa: ARG002 - as there
        await outcome()

    async def _rescue(self) -> None:
        await self._prune()


class LosesSlots(LocalEngine):
    """A slot ends with the first unexpected error."""

    async def _for_ever(self, work: Callable[[], Any]) -> None:
        await work()


class CountsTheDead(LocalEngine):
    """Health counts processes that are gone."""

    @property
    def processes(self) -> Processes:
        return Processes(self._workers)


class ClaimsForTheDead(LocalEngine):
    """A slot does not look at its process while it waits for a job."""

    async def _next_claim(self, process: Any) -> Claim | None:  # noqa: ARG002 - as there
        while (claim := await self._store.claim_next()) is None:
            with self._notifier.topic(self._notifier.QUEUE) as queue:
                await queue.wait_for_change(queue.version, 5.0)
        return claim


class HasNoLimit(LocalEngine):
    """A job may run for ever."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **{**named, "job_seconds": None})


class SettlesWithoutItsLines(LocalEngine):
    """The end of an attempt is stored before its last lines."""

    async def _settle(self, attempt: Any, outcome: Any) -> None:
        await outcome()
        await attempt.log.flush()


#: by fault: which schedules of `KNOWN` find it, and the law
PLANTED: dict[type[LocalEngine], tuple[str, str]] = {
    CountsWhatNeverBegan: (
        "processes that died before they received the call",
        "ended as failed worker_lost",
    ),
    LeavesWhatItCannotStore: ("an outcome that could not be stored", "without a process"),
    LosesSlots: ("an error that ended a slot", "slots run jobs"),
    CountsTheDead: ("health that counted the dead", "health says"),
    ClaimsForTheDead: ("a slot whose process was dead", "dead for long"),
    SettlesWithoutItsLines: (
        "lines of an attempt that are not stored when it ends",
        "of its 4 lines",
    ),
    HasNoLimit: ("a job without an end", "never ends"),
}


@pytest.mark.parametrize("engine", PLANTED, ids=lambda engine: engine.__name__)
def test_a_planted_fault_breaks_a_law_and_its_line_replays(
    tmp_path: Path, engine: type[LocalEngine]
) -> None:
    kind, law = PLANTED[engine]

    def run_each() -> None:
        for number, schedule in enumerate(KNOWN[kind]):
            run(tmp_path / f"{number}", schedule, engine)

    with pytest.raises(LawBroken, match=law) as caught:
        run_each()
    found = re.search(r"ENGINE_SCHEDULE='(.*)' ", caught.value.__notes__[0])
    assert found is not None
    with pytest.raises(LawBroken, match=re.escape(str(caught.value))):
        run(tmp_path / "again", Schedule.read(found[1]), engine)


def test_a_job_without_a_pause_uses_up_its_attempts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "BACKOFF_SECONDS", 0.0)
    (dying,) = KNOWN["attempts that were used up at once"]
    with pytest.raises(LawBroken, match="used up its attempts"):
        run(tmp_path / "home", dying)
