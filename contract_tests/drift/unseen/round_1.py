"""The first round: 60 rows by two authors, two of each kind that the gate missed earlier, and 20 others."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift
from contract_tests.drift.unseen.round_1_other import OTHER
from contract_tests.drift.unseen.round_1_page import PAGE
from contract_tests.drift.unseen.round_1_service import SERVICE

ROUND_1: Mapping[str, tuple[Drift, ...]] = {**SERVICE, **PAGE, "other": OTHER}
