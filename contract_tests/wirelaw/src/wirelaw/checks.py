"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.events import fields as event_fields
from wirelaw.events import names as event_names
from wirelaw.repository import Check

CHECKS: tuple[Check, ...] = (
    *event_names.CHECKS,
    *event_fields.CHECKS,
)
