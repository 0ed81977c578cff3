"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.calls.checks import CHECKS as CALLS
from wirelaw.contract import closed_words, fields, requests, streams
from wirelaw.repository import Check
from wirelaw.running.checks import RUNNING
from wirelaw.values import differ as values
from wirelaw.values import scales
from wirelaw.words import differ as words
from wirelaw.words import misspelt

CHECKS: tuple[Check, ...] = (
    words.CHECK,
    misspelt.CHECK,
    values.DEFAULTS,
    values.BOUNDS,
    scales.CHECK,
    *CALLS,
    *fields.CHECKS,
    *closed_words.CHECKS,
    *requests.CHECKS,
    *streams.CHECKS,
    *RUNNING,
)
