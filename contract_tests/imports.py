"""Findings of import-linter, and two checks beyond it: imports by name, and what a research cycle loads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from wirelaw.finding import Finding

PART = "imports"
FIX = "pass the object in from above instead of importing it, then run `nox -s imports`"

#: ways to import or to run code by a name that is computed
HIDDEN = {
    "__import__",
    "builtins",
    "compile",
    "eval",
    "exec",
    "exec_module",
    "import_module",
    "load_module",
    "pkgutil",
    "resolve_name",
    "run_module",
    "run_path",
    "runpy",
    "spec_from_file_location",
}
#: imports a job's function by its name
ALLOWED = {"api/jobs/worker.py"}

#: runs a job of each type and research cycles on a folder of prices, the cycles with one cheap model; ends at the
#: first import of the API
CYCLE = """
import importlib.util, json, os, sys, traceback
from pathlib import Path

from contract_tests.lookups import Lookups

order = json.load(sys.stdin)
Lookups(order["hidden"], order["record"]).watch()

class Guard:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "quant_engine.api" or name.startswith("quant_engine.api."):
            frames = [f for f in traceback.extract_stack() if "/quant_engine/" in f.filename]
            where = frames[-1]
            print(f"{where.filename}:{where.lineno}: {where.name} loads {name}: {where.line}", flush=True)
            os._exit(3)

sys.meta_path.insert(0, Guard)
from quant_engine.autopilot.engine import AutopilotEngine
from quant_engine.domain.parameters import AutopilotParameters
from quant_engine.domain.work import Work, Workspace
from quant_engine.models import ensemble
MEMBERS = ensemble.MEMBERS
ensemble.MEMBERS = {"ridge": ensemble.MEMBERS["ridge"]}
home, prices, years = Path(order["home"]), Path(order["prices"]), order["years"]

def work(job):
    return Work(job, Workspace(home, "files", prices), lambda fraction, message: None)

def cycle(engine, job):
    made = engine(work(job)).run_cycle(AutopilotParameters(years=years))
    print(len(made.decisions), [name for name in sys.modules if name.startswith("quant_engine.api")], flush=True)

# the second cycle starts from the results of the first
cycle(AutopilotEngine, "first")
cycle(AutopilotEngine, "second")
# each type of job, as a job process runs it, with every model
ensemble.MEMBERS = MEMBERS
for kind, (function, parameters, fields) in order["jobs"].items():
    module, _, name = function.partition(":")
    model = getattr(importlib.import_module("quant_engine.domain.parameters"), parameters)
    getattr(importlib.import_module(module), name)(model(**fields), work(kind))
    print(kind, flush=True)
ensemble.MEMBERS = {"ridge": ensemble.MEMBERS["ridge"]}
# the third runs a broken engine of a test, in this process because the heavy libraries are loaded
spec = importlib.util.spec_from_file_location("quant_engine.autopilot.engine", order["broken"])
broken = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(broken)
cycle(broken.AutopilotEngine, "third")
"""


def broken_contracts(output: str) -> list[Finding]:
    """Read which contracts are broken from the output of lint-imports."""
    sections = re.split(r"^(.+)\n-+\n", output, flags=re.MULTILINE)
    findings = []
    for name, body in zip(sections[1::2], sections[2::2], strict=True):
        edges = re.findall(r"^[ -] +(\S+ -> .*|\S+)$", body, re.MULTILINE)
        rules = re.findall(r"^\w.*[.:]$", body, re.MULTILINE)
        if edges:
            rule = " ".join(rules[:1]).rstrip(":")
            findings.append(Finding(PART, name, "contract-broken", rule, ", ".join(edges), FIX))
    return findings


def api_loaded(line: str) -> Finding:
    """Read the line that the guard of `CYCLE` prints when a research cycle loads the API."""
    place, _, found = line.partition(": ")
    return Finding(PART, place, "api-loaded", "a research cycle without the API", found, FIX)


def hidden_imports(package: Path) -> Iterator[Finding]:
    """Return the places where a package imports by name, so that no contract of import-linter sees it."""
    for file in sorted(package.rglob("*.py")):
        if str(file.relative_to(package)) in ALLOWED:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in _names(node):
                if name.partition(".")[0] in HIDDEN or name.rpartition(".")[2] in HIDDEN:
                    line = getattr(node, "lineno", 1)
                    place = f"{package.name}/{file.relative_to(package)}:{line}"
                    expected = "an import at the top of the file, which lint-imports sees"
                    yield Finding(
                        PART, place, "hidden-import", expected, name.removeprefix("?."), FIX
                    )


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        # `importlib` itself is imported for its functions
        names = [alias.name for alias in node.names]
        return ["import_module" if name == "importlib" else name for name in names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        # `re.compile` runs nothing
        return [] if node.attr == "compile" else [f"?.{node.attr}"]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # `getattr` may look the name up
        return [node.value] if node.value in {"__import__", "import_module"} else []
    return []
