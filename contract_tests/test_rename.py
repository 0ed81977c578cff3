"""`progress_message` is renamed in one place: the first line that fails says where, and what to run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.columns import column_drifts
from contract_tests.document import Contract
from contract_tests.finding import check
from contract_tests.pins import drifts
from contract_tests.repository import FILE, ROOT, committed
from contract_tests.types.page import Page
from quant_engine.api.jobs.models import jobs
from quant_engine.cli.contract import FIX, compare

OLD, NEW = "progress_message", "stage_text"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(tmp_path_factory.mktemp("rename"), ROOT)


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
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    line = next(number for number, text in enumerate(lines, 1) if NEW in text)
    first = done.stdout.splitlines()[0]
    assert first.startswith("openapi.json:")
    assert f"'{OLD}' in the file and '{NEW}' in the code" in first
    assert f"(quant_engine/api/schemas/jobs.py:{line}, _Record.{NEW})" in first
    assert first.endswith(f"run: {FIX}")


def test_in_openapi_json() -> None:
    text = FILE.read_text()
    first = next(iter(compare(Path("openapi.json"), text.replace(OLD, NEW), text)))
    assert first.startswith("openapi.json:")
    assert f"'{NEW}' in the file and '{OLD}' in the code" in first
    assert "quant_engine/api/schemas/jobs.py:" in first
    assert first.endswith(f"run: {FIX}")


def test_everywhere_but_in_the_wire_contract() -> None:
    document = committed().copy().document
    for kind in ("AutopilotJob", "BacktestJob", "PredictJob", "TrainJob"):
        record = document["components"]["schemas"][kind]
        record["properties"][NEW] = record["properties"].pop(OLD)
        record["required"][record["required"].index(OLD)] = NEW
    first = drifts(Contract(document))[0]
    assert (first.part, first.code) == ("wire", "missing-member")
    assert (first.expected, first.found) == (OLD, NEW)
    assert first.pointer.startswith("/components/schemas/")
    assert "nox -s fix" in first.fix


def test_in_a_file_of_the_page(page: Page) -> None:
    file = "src/components/jobs/JobProgress.tsx"
    page.edit(file, OLD, NEW)
    said = page.run("node", "scripts/typecheck.mjs")
    page.edit(file, NEW, OLD)
    assert said.returncode == 1
    first = said.stderr.splitlines()[0]
    assert first.startswith(f"frontend/{file}:")
    assert f"Property '{NEW}' does not exist" in first
    assert first.endswith(
        "run: npm --prefix frontend run types && npm --prefix frontend run typecheck"
    )


def test_in_a_generated_file(page: Page) -> None:
    file = "src/types/openapi.gen.ts"
    text = (page.frontend / file).read_text()
    line = text[: text.index(f"{OLD}:")].count("\n") + 1
    page.edit(file, f"{OLD}:", f"{NEW}:")
    said = page.run("node", "scripts/generate-types.mjs", "--check")
    page.edit(file, f"{NEW}:", f"{OLD}:")
    assert said.returncode == 1
    first = said.stderr.splitlines()[0]
    assert first.startswith(f"frontend/{file}:{line}: has `{NEW}: ")
    assert first.endswith("run: npm --prefix frontend run types")


def test_no_column_has_another_word() -> None:
    check(column_drifts(jobs.columns.keys(), committed()))


def test_in_the_store_s_column() -> None:
    columns = [NEW if name == OLD else name for name in list(jobs.columns.keys())]
    (finding,) = column_drifts(columns, committed())
    assert finding.pointer.startswith("quant_engine/api/jobs/models.py:")
    assert (finding.code, finding.expected, finding.found) == ("column-renamed", OLD, NEW)
    assert "quant_engine/api/schemas/jobs.py:" in finding.fix
