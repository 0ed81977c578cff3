"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.calls.checks import CHECKS as CALLS
from wirelaw.contract import closed_words, fields, requests, streams
from wirelaw.events import fields as event_fields
from wirelaw.events import names as event_names
from wirelaw.repository import Check
from wirelaw.running.checks import RUNNING
from wirelaw.values import differ as values
from wirelaw.values import scales
from wirelaw.words import differ as words
from wirelaw.words import misspelt

CHECKS: tuple[Check, ...] = (
    words.CHECK,
    misspelt.CHECK,
    *values.CHECKS[:2],
    scales.CHECK,
    *CALLS,
    *event_names.CHECKS,
    *event_fields.CHECKS,
    *values.CHECKS[2:],
    *fields.CHECKS,
    *closed_words.CHECKS,
    *requests.CHECKS,
    *streams.CHECKS,
    *RUNNING,
)
