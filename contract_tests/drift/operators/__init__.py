"""Drifts that operators make from contract and code; each operator reads the tree and gives its drifts."""

from collections.abc import Callable, Iterable

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.page import page_drifts

Operator = Callable[[Files], Iterable[Drift]]

OPERATORS: tuple[Operator, ...] = (page_drifts,)
