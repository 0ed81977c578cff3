"""The third round: 83 rows in place of those that moved to the catalogue, one or more of each kind, and 27 others."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift
from contract_tests.drift.unseen.round_3_later import LATER
from contract_tests.drift.unseen.round_3_later_other import LATER_OTHER
from contract_tests.drift.unseen.round_3_other import OTHER
from contract_tests.drift.unseen.round_3_page import PAGE
from contract_tests.drift.unseen.round_3_service import SERVICE

ROUND_3: Mapping[str, tuple[Drift, ...]] = {
    **{kind: (*rows, *LATER.get(kind, ())) for kind, rows in {**SERVICE, **PAGE}.items()},
    "other": (*OTHER, *LATER_OTHER),
}
