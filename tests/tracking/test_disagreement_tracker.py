"""The disagreement history: one snapshot a version, horizon and day."""

from typing import Any

import pytest
from pydantic import ValidationError

from contract_tests.kit.examples import disagreement_snapshot


@pytest.mark.parametrize(
    "values", [{"disagreement": -0.1}, {"usual_disagreement": float("nan")}, {"n_tickers": 0}]
)
def test_a_malformed_snapshot_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        disagreement_snapshot(**values)
