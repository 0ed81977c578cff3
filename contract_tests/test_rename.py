"""`progress_message` is renamed in one place only: the first line of the failure has the place and a command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from contract_tests.columns import column_drifts
from contract_tests.hang import HANG_SECONDS
from contract_tests.repository import FILE, ROOT, committed
from contract_tests.types.page import Page
from quant_engine.api.jobs.models import jobs
from quant_engine.cli.contract import FIX
from wirelaw.finding import check

OLD, NEW = "progress_message", "stage_text"


def test_in_the_service_s_schema(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "ui")
    shutil.copytree(ROOT / "quant_engine", tmp_path / "quant_engine", ignore=ignored)
    shutil.copy(FILE, tmp_path)
    schema = tmp_path / "quant_engine" / "api" / "schemas" / "jobs.py"
    lines = schema.read_text().replace(OLD, NEW).splitlines()
    schema.write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "quant_engine", "contract", "check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    line = next(number for number, text in enumerate(lines, 1) if f" {NEW}:" in text)
    first = done.stdout.splitlines()[0]
    assert first.startswith("openapi.json:")
    assert f"'{OLD}' in the file and '{NEW}' in the code" in first
    assert f"(quant_engine/api/schemas/jobs.py:{line}, _Record.{NEW})" in first
    assert first.endswith(f"run: {FIX}")


def test_in_a_file_of_the_page(tmp_path: Path) -> None:
    page, file = Page(tmp_path, ROOT), "src/components/jobs/JobProgress.tsx"
    page.edit(file, OLD, NEW)
    page.narrow(file)
    done = page.run("node", "scripts/typecheck.mjs", "--singleThreaded")
    assert done.returncode == 1
    first = done.stderr.splitlines()[0]
    assert first.startswith(f"frontend/{file}:")
    assert f"Property '{NEW}' does not exist" in first
    assert first.endswith(
        "run: npm --prefix frontend run types && npm --prefix frontend run typecheck"
    )


def test_no_column_has_another_name() -> None:
    check(column_drifts(jobs.columns.keys(), committed()))


def test_in_a_column_of_the_store() -> None:
    columns = [NEW if name == OLD else name for name in list(jobs.columns.keys())]
    (finding,) = column_drifts(columns, committed())
    assert finding.pointer.startswith("quant_engine/api/jobs/models.py:")
    assert (finding.code, finding.expected, finding.found) == ("column-renamed", OLD, NEW)
    assert "quant_engine/api/schemas/jobs.py:" in finding.fix
