"""The second round: 40 rows by three authors, one or two of each kind that the gate missed earlier, and 19 others."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift
from contract_tests.drift.unseen.round_2_other import OTHER
from contract_tests.drift.unseen.round_2_page import PAGE
from contract_tests.drift.unseen.round_2_service import SERVICE

ROUND_2: Mapping[str, tuple[Drift, ...]] = {**SERVICE, **PAGE, "other": OTHER}
