"""The checks of the sources and the contract, in the order in which they are listed."""

from collections.abc import Callable

from wirelaw.calls.checks import CHECKS as CALLS
from wirelaw.calls.client import operations
from wirelaw.contract import closed_words, fields, requests, streams
from wirelaw.events import fields as event_fields
from wirelaw.events import names as event_names
from wirelaw.events import streams as event_streams
from wirelaw.events.wire import written_words
from wirelaw.models import Models
from wirelaw.python import Sources
from wirelaw.repository import Check
from wirelaw.running.checks import RUNNING
from wirelaw.values import differ as values
from wirelaw.values import scales
from wirelaw.words import differ as words
from wirelaw.words import misspelt
from wirelaw.words.passed import passed
from wirelaw.words.service import word_sets

#: what checks need of the service alone: it is built while Node reads the page
AHEAD: tuple[Callable[[Sources], object], ...] = (
    Models,
    operations,
    event_streams.streams,
    word_sets,
    passed,
    misspelt.sent,
    scales.service_scales,
    written_words,
)
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
