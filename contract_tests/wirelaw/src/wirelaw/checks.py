"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.contract import closed_words, fields, requests, streams
from wirelaw.repository import Check

CHECKS: tuple[Check, ...] = (
    *fields.CHECKS,
    *closed_words.CHECKS,
    *requests.CHECKS,
    *streams.CHECKS,
)
