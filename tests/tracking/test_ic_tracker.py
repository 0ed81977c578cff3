"""The IC history: one snapshot a version, horizon and day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contract_tests.kit.examples import NOON, ic_snapshot
from tests.tracking.trackers import TRACKERS, read, write

IC = TRACKERS["ic"]


def test_times_keep_their_zone(tmp_path: Path) -> None:
    moment = NOON + timedelta(microseconds=123_456)
    write(tmp_path / "x.db", IC, ic_snapshot(recorded_at=moment))
    (found,) = read(tmp_path / "x.db", IC)
    assert found.model_dump()["recorded_at"] == moment
    assert found.model_dump(mode="json")["recorded_at"].endswith("Z")


@pytest.mark.parametrize(
    "values",
    [
        {"rank_ic": float("nan")},
        {"rank_ic": 1.01},
        {"rank_ic_t": float("inf")},
        {"n_sessions": 0},
        {"recorded_at": NOON.replace(tzinfo=None)},
        {"unknown": 1},
    ],
)
def test_a_malformed_snapshot_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ic_snapshot(**values)
