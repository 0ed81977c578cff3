"""One word per concept, in SQL as in JSON: a job's columns are the fields of its record."""

import inspect
from collections.abc import Iterable
from pathlib import Path

from contract_tests.document import Contract
from contract_tests.repository import ROOT
from quant_engine.api.jobs import models
from quant_engine.api.schemas import jobs

#: what a job has that no client sees
OWN = {"position", "idempotency_key"}


def column_drifts(names: Iterable[str], contract: Contract) -> list[str]:
    """Say how the columns of jobs differ from the fields of the contract's record."""
    wanted = {
        name
        for branch in contract.components["JobRecord"]["oneOf"]
        for name in contract.resolve(branch)["properties"]
    }
    columns = set(names) - OWN
    if columns == wanted:
        return []
    wrong = [f"no column {name}" for name in sorted(wanted - columns)]
    wrong += [f"also {name}" for name in sorted(columns - wanted)]
    here, there = (Path(inspect.getfile(module)) for module in (models, jobs))
    missing = sorted(wanted - columns) or "no such field"
    record = f"{there.relative_to(ROOT)}:{_line(there, 'class _Record(')}"
    said = f"{here.relative_to(ROOT)}:{_line(here, 'jobs = Table(')}: {', '.join(wrong)}"
    return [f"{said}; JobRecord has {missing} ({record}). Use one word and run: nox -s contract"]


def _line(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)
