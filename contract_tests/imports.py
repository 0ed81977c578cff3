"""What import-linter cannot see: imports by name, and what a research cycle really loads."""

import ast
from collections.abc import Iterator
from pathlib import Path

#: ways to import or to run code whose name is only known when it happens
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
#: hands a job's name to its function, from above
ALLOWED = {"api/jobs/worker.py"}

#: runs a research cycle on a folder of prices, with one cheap model; ends at the first import of the API
CYCLE = """
import importlib.util, os, sys, traceback
from pathlib import Path

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
ensemble.MEMBERS = {"ridge": ensemble.MEMBERS["ridge"]}
home, prices, years = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])

def cycle(engine, job):
    work = Work(job, Workspace(home, "files", prices), lambda fraction, message: None)
    made = engine(work).run_cycle(AutopilotParameters(years=years))
    print(len(made.decisions), [name for name in sys.modules if name.startswith("quant_engine.api")], flush=True)

# the second finds what the first left
cycle(AutopilotEngine, "first")
cycle(AutopilotEngine, "second")
# then once more with another engine, which a test broke: the heavy libraries are loaded once
spec = importlib.util.spec_from_file_location("quant_engine.autopilot.engine", sys.argv[4])
broken = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(broken)
cycle(broken.AutopilotEngine, "third")
"""


def hidden_imports(package: Path) -> Iterator[str]:
    """Say where a package imports by name, so that no contract of import-linter sees it."""
    for file in sorted(package.rglob("*.py")):
        if str(file.relative_to(package)) in ALLOWED:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in _named(node):
                if name.partition(".")[0] in HIDDEN or name.rpartition(".")[2] in HIDDEN:
                    place = (
                        f"{package.name}/{file.relative_to(package)}:{getattr(node, 'lineno', 1)}"
                    )
                    yield (
                        f"{place}: {name} hides an import from lint-imports; import the module at the "
                        "top of the file, or hand the thing in from above, and run: nox -s imports"
                    )


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        # the bare module is there to be asked for what imports
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
        # the name may be asked of a module as a word
        return [node.value] if node.value in {"__import__", "import_module"} else []
    return []
