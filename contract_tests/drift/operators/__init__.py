"""Operators: each reads contract and code of a tree and yields its drifts."""

from collections.abc import Callable, Iterable

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.bounds import bound_drifts
from contract_tests.drift.operators.conditions import condition_drifts
from contract_tests.drift.operators.events import event_drifts
from contract_tests.drift.operators.fields import field_drifts
from contract_tests.drift.operators.imports import import_drifts
from contract_tests.drift.operators.members import member_drifts
from contract_tests.drift.operators.names import name_drifts
from contract_tests.drift.operators.operations import operation_drifts
from contract_tests.drift.operators.page import page_drifts
from contract_tests.drift.operators.queries import query_drifts
from contract_tests.drift.operators.rules import rule_drifts
from contract_tests.drift.operators.values import value_drifts

Operator = Callable[[Files], Iterable[Drift]]

OPERATORS: tuple[Operator, ...] = (
    field_drifts,
    bound_drifts,
    condition_drifts,
    member_drifts,
    event_drifts,
    operation_drifts,
    import_drifts,
    name_drifts,
    value_drifts,
    query_drifts,
    rule_drifts,
    page_drifts,
)
