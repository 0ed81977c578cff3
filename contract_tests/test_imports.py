"""Imports go downward only: at the top, inside functions, by computed names, and while a cycle runs."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from contract_tests.closure import Product, not_installed
from contract_tests.conftest import Summarise
from contract_tests.hang import HANG_SECONDS
from contract_tests.imports import CYCLE, HIDDEN, api_loaded, broken_contracts, hidden_imports
from contract_tests.kit.markets import YEARS, prices, write
from contract_tests.layers import root_packages
from contract_tests.lookups import read
from contract_tests.repository import ROOT
from quant_engine.api.orchestrator import JOB_TYPES
from wirelaw.finding import check

#: module, the planted line, and the edge that must be reported
EDGES = (
    ("autopilot/scoring.py", "from quant_engine.api.errors import STATUS", "api.errors"),
    ("tracking/history.py", "def look():\n    from quant_engine.api import home", "api.home"),
    ("domain/work.py", "import quant_engine.pipeline", "pipeline"),
    ("api/schemas/paging.py", "from quant_engine.api.deps import Services", "api.deps"),
    ("api/routers/signals.py", "import sqlalchemy", "sqlalchemy"),
    ("api/routers/models.py", "import quant_engine.models.manifest", "models.manifest"),
    ("api/schemas/models.py", "import quant_engine.models.manifest", "models.manifest"),
    ("api/home.py", "import numpy", "numpy"),
    ("api/jobs/notifier.py", "import starlette.requests", "starlette"),
    ("api/jobs/lifeline.py", "import quant_engine.data.panel", "data.panel"),
    ("api/jobs/process.py", "import quant_engine.domain.parameters", "domain.parameters"),
    ("models/ensemble.py", "import quant_engine.models.trainer", "models.trainer"),
    ("features/sets.py", "import wirelaw.contract.document", "wirelaw.contract.document"),
    ("domain/errors.py", "import contract_tests.wire", "contract_tests.wire"),
    ("utils.py", "NOTHING = 0", "utils"),
)


WIRELAW = Path("contract_tests", "wirelaw", "src", "wirelaw")


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the command of `nox -s imports` in a tree."""
    program = Path(sys.executable).with_name("lint-imports")
    path = os.pathsep.join([str(tree), str(tree / WIRELAW.parent)])
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def run_python(code: str, order: object) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, which reads the order."""
    return subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Ran:
    """What a process with jobs and cycles printed, and what it needed and did not find."""

    lines: list[str]
    needed: list[tuple[str, str]]
    broken: Path  #: the engine of the last cycle


def run_jobs(folder: Path, broken: Path) -> Ran:
    """Run cycles, a job of each type, and a cycle with a broken engine, on files of each kind."""
    record, market = folder / "record", write(folder / "prices", prices(1, drift=0.003))
    table = pd.read_csv(market / "AAA.csv")
    (market / "AAA.csv").unlink()
    table.to_parquet(market / "AAA.parquet")
    jobs = {kind: (spec.function, spec.parameters.__name__) for kind, spec in JOB_TYPES.items()}
    paths = {"home": folder / "home", "prices": market, "broken": broken, "record": record}
    order = {
        **{name: str(path) for name, path in paths.items()},
        "hidden": sorted(Product(ROOT, "quant_engine").hidden),
        "years": YEARS,
        "jobs": {kind: (*names, {"years": 1}) for kind, names in jobs.items()},
    }
    done = run_python(CYCLE, order)
    needed = read(record)
    assert needed or done.returncode == CAUGHT, done.stdout + done.stderr
    return Ran(done.stdout.splitlines(), needed, broken)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("ran")
    text = ENGINE.read_text()
    place = RUN_CYCLE.search(text)
    assert place is not None
    edge = "        importlib.import_module('.'.join(['quant_engine', 'ap' + 'i', 'errors']))\n"
    broken = folder / "quant_engine" / "engine.py"
    broken.parent.mkdir()
    planted = text[: place.end()] + "        import importlib\n" + edge + text[place.end() :]
    broken.write_text(planted)
    return run_jobs(folder, broken)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy = tmp_path / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "ui", "node_modules")
    packages = root_packages((ROOT / ".importlinter").read_text())
    # wirelaw is inside another
    for package in (one for one in packages if one != WIRELAW.name):
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def plant(tree: Path, module: str, text: str) -> int:
    """Add lines to the end of a module; return the number of the last line."""
    file = tree / module
    before = file.read_text() if file.exists() else '"""Planted."""\n'
    file.write_text(f"{before}\n{text}\n")
    return len(file.read_text().splitlines())


def test_every_contract_is_kept_and_every_layer_is_named() -> None:
    done = lint(ROOT)
    check(broken_contracts(done.stdout))
    assert done.returncode == 0, done.stdout
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    layers = [config[name] for name in config.sections() if config[name].get("type") == "layers"]
    exhaustive = {one["containers"] for one in layers if one.get("exhaustive") == "True"}
    assert exhaustive == {"quant_engine", "quant_engine.api", "wirelaw"}
    assert [name for name in config.sections() if "ignore_imports" in config[name]] == []


def test_each_planted_edge_is_named_and_each_contract_can_break(tree: Path) -> None:
    plant(tree, "contract_tests/kit/jobs.py", "import contract_tests.wire")
    plant(tree, f"{WIRELAW}/tree.py", "import quant_engine.domain.errors")
    plant(tree, f"{WIRELAW}/finding.py", "import wirelaw.tree")
    lines = {module: plant(tree, f"quant_engine/{module}", text) for module, text, _ in EDGES}
    done = lint(tree)
    assert done.returncode == 1
    broken = {finding.pointer: finding.found for finding in broken_contracts(done.stdout)}
    for module, _, imported in EDGES:
        name = module.removesuffix(".py").replace("/", ".")
        if name == "utils":
            assert "utils" in done.stdout
            continue
        edge = rf"quant_engine\.{re.escape(name)} -> (quant_engine\.)?{re.escape(imported)}\S* \(.*l\.{lines[module]}\b"
        if name.startswith("models."):
            # import-linter reports a cycle among siblings with short names
            edge = rf"- \.{name.rpartition('.')[2]} -> \.{imported.rpartition('.')[2]} "
        assert re.search(edge, done.stdout), f"{edge} was not reported:\n{done.stdout}"
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    for section in config.sections():
        if "name" in config[section]:
            assert broken[config[section]["name"]], section


CAUGHT = 3
ENGINE = ROOT / "quant_engine" / "autopilot" / "engine.py"
RUN_CYCLE = re.compile(r"    def run_cycle\(.*?\) -> \w+:\n {8}\"{3}.*?\"{3}\n", re.DOTALL)
HIDING = (
    'import importlib\nimportlib.import_module("quant_engine." + "ap" + "i.errors")',
    'from importlib import import_module as load\nload("quant_engine.ap" + "i")',
    '__import__("quant_engine." + "ap" + "i")',
    'import importlib\ngetattr(importlib, "_".join(("import", "module")))("quant_engine.ap" + "i")',
    'import builtins\ngetattr(builtins, "__import__")("quant_engine." + "ap" + "i")',
    'exec("from quant_engine import " + "ap" + "i")',
    'import pkgutil\npkgutil.resolve_name("quant_engine.ap" + "i:errors")',
    'import runpy\nrunpy.run_module("quant_engine.ap" + "i")',
)


def test_nothing_is_imported_by_name() -> None:
    check(hidden_imports(ROOT / "quant_engine"))
    # the allowed module still imports by name
    worker = ROOT / "quant_engine" / "api" / "jobs" / "worker.py"
    assert any(word in worker.read_text() for word in HIDDEN)


@pytest.mark.parametrize("text", HIDING, ids=range(len(HIDING)))
def test_an_import_by_a_computed_name_is_named(text: str, tmp_path: Path) -> None:
    package = tmp_path / "quant_engine"
    package.mkdir()
    body = "".join(f"    {line}\n" for line in text.splitlines())
    (package / "scoring.py").write_text(f'"""Planted."""\n\n\ndef score():\n{body}')
    *_, finding = hidden_imports(package)
    assert finding.pointer.startswith("quant_engine/scoring.py:")
    assert finding.code == "hidden-import"
    assert "nox -s imports" in finding.fix


def test_a_cycle_loads_nothing_of_the_api(ran: Ran, summarise: Summarise) -> None:
    assert ran.lines, "The jobs did not start; the next test says what they need."
    *whole, caught = ran.lines
    if whole != ["6 []"] * 2 + [str(kind) for kind in JOB_TYPES]:
        check([api_loaded(caught)])
    # the guard reports the import itself, however its name was computed
    place = RUN_CYCLE.search(ENGINE.read_text())
    assert place is not None
    line = place.string[: place.end()].count("\n") + 2
    finding = api_loaded(caught)
    assert finding.pointer == f"{ran.broken}:{line}"
    assert finding.found.startswith("run_cycle loads quant_engine.api: importlib.")
    summarise("imports", f"{len(EDGES)} edges and {len(HIDING)} hidden ones planted, a cycle run")


def test_jobs_find_all_that_they_need_in_an_installation(ran: Ran) -> None:
    check(not_installed(ran.needed))


NEEDS = """
import json, sys
from contract_tests.lookups import Lookups
order = json.load(sys.stdin)
lookups = Lookups(order["hidden"], order["record"])
lookups.watch()
import httpx, pandas, uvicorn  # each looks for optional modules while it is imported
%s
"""
PRELOAD = "from multiprocessing import forkserver\nforkserver.set_forkserver_preload"
#: a name that a library imports in a call, and the name that nothing finds
NEEDED = (
    ("pandas.read_parquet('none.parquet', engine='fastparquet')", "fastparquet"),
    ("uvicorn.Config('tests.api:app').load()", "tests"),
    ("from importlib.util import find_spec; find_spec('pytest')", "pytest"),
    (f"{PRELOAD}(['json', 'quant_engine.nothing'])\nlookups.look_for_preloads()", "quant_engine.nothing"),
    ("pass", None),
)  # fmt: skip


@pytest.mark.parametrize(("text", "needed"), NEEDED)
def test_what_a_library_needs_in_a_call_is_found(
    text: str, needed: str | None, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    order = {"hidden": sorted(Product(ROOT, "quant_engine").hidden), "record": str(record)}
    run_python(NEEDS % text, order)
    names = [name for name, _ in read(record)]
    assert needed in names if needed else names == []
