"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.calls.checks import CHECKS as CALLS
from wirelaw.repository import Check

CHECKS: tuple[Check, ...] = (*CALLS,)
