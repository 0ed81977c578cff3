"""The disagreement history: one snapshot a version, horizon and day."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contract_tests.kit.examples import disagreement_snapshot
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.tracking.disagreement_tracker import get_disagreement_history
from tests.tracking.trackers import TRACKERS, read, url_of, write

DISAGREEMENT = TRACKERS["disagreement"]


def test_versions_horizons_and_days_are_kept_apart(tmp_path: Path) -> None:
    rows = [
        disagreement_snapshot(),
        disagreement_snapshot(version="v2"),
        disagreement_snapshot(horizon=5),
        disagreement_snapshot(1),
    ]
    write(tmp_path / "x.db", DISAGREEMENT, *rows)
    assert read(tmp_path / "x.db", DISAGREEMENT) == rows


def test_the_newest_can_be_read(tmp_path: Path) -> None:
    rows = [disagreement_snapshot(number) for number in range(3)]
    write(tmp_path / "x.db", DISAGREEMENT, *rows)
    with (
        BlockingDatabase(url_of(tmp_path / "x.db")) as database,
        database.reading() as connection,
    ):
        assert get_disagreement_history(connection, limit=1) == rows[2:]


@pytest.mark.parametrize(
    "values", [{"disagreement": -0.1}, {"usual_disagreement": float("nan")}, {"n_tickers": 0}]
)
def test_a_malformed_snapshot_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        disagreement_snapshot(**values)
