"""The checks of the sources and the contract, in the order in which they are listed."""

from wirelaw.repository import Check
from wirelaw.running.checks import RUNNING

CHECKS: tuple[Check, ...] = (*RUNNING,)
