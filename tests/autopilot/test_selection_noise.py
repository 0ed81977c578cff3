"""Over many fixed seeds, prices without a signal are rejected."""

from pathlib import Path

import pytest

from contract_tests.kit.markets import YEARS, prices, use_one_cheap_model, work_in, write
from quant_engine.autopilot.engine import run_cycle
from quant_engine.domain.parameters import AutopilotParameters


@pytest.mark.timeout(0)  # takes as many seeds as it is given
def test_noise_is_accepted_in_one_of_twenty_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    use_one_cheap_model(monkeypatch)
    seeds = range(pytestconfig.getoption("--seeds"))
    accepted = []
    for seed in seeds:
        folder = write(tmp_path / "prices", prices(seed))
        work = work_in(tmp_path / str(seed), folder)
        if run_cycle(AutopilotParameters(years=YEARS), work).promoted:
            accepted.append(seed)
    assert len(accepted) <= len(seeds) / 20, f"accepted: {accepted}"
