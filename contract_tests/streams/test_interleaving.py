"""Something happens at every await point, and no event is lost, repeated or late."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.streams.interleaving import GARBAGE, Schedule, Sweep, scripts
from contract_tests.streams.stage import stage

BEFORE = [(), ("start",), ("start", "progress"), ("start", "cancel"), ("start", "lose")]
ASKED = ["nothing", "first", "now", GARBAGE]


@pytest.fixture
def sweep(tmp_path: Path) -> Iterator[Sweep]:
    with stage(tmp_path / "home") as made:
        yield Sweep(made)


@pytest.mark.parametrize("is_muted", [False, True], ids=["heard", "lost"])
@pytest.mark.parametrize("every", [False, True], ids=["job", "all"])
def test_one_event_at_every_await_point(
    sweep: Sweep, summarise: Summarise, every: bool, is_muted: bool
) -> None:
    for before in BEFORE:
        for script in scripts(before, 1):
            for asked in ASKED:
                sweep.singles(Schedule(every, asked, before, script, (), is_muted))
    print(sweep.runs, sweep.steps)
