"""The columns of the table of jobs have the names of the fields of a job's record."""

import inspect
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from contract_tests.repository import ROOT
from quant_engine.api.jobs import models
from quant_engine.api.schemas import jobs
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding

#: columns that are in no answer
INTERNAL = {"position", "idempotency_key", "begun", "lost", "retry_at"}


def column_drifts(names: Iterable[str], contract: Contract) -> list[Finding]:
    """Return how the columns of jobs differ from the fields of the contract's record."""
    fields = {
        name
        for branch in contract.components["JobRecord"]["oneOf"]
        for name in contract.resolve(branch)["properties"]
    }
    columns = set(names) - INTERNAL
    if columns == fields:
        return []
    table, record = _place(models, "jobs = Table("), _place(jobs, "class _Record(")
    expected, found = (
        ", ".join(sorted(one)) or "none" for one in (fields - columns, columns - fields)
    )
    fix = f"use one name in {table} and {record}, then run `nox -s contract`"
    return [Finding("columns", table, "column-renamed", expected, found, fix)]


def _place(module: ModuleType, text: str) -> str:
    file = Path(inspect.getfile(module))
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next((number for number, line in enumerate(lines, 1) if text in line), 1)
    return f"{file.relative_to(ROOT)}:{number}"
