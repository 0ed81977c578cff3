"""The laws of the house that neither ruff nor import-linter can hold: sizes, names, mirrors."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "quant_engine"
TESTS = ROOT / "tests"

MODULE_LINES, FUNCTION_LINES, TYPESCRIPT_LINES = 400, 60, 250
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

#: modules above `config`; all others get what they need as arguments
MAY_READ_ENVIRONMENT = ("__main__.py", "cli", "api", "config.py")

#: imports inside a function, and why they are not at the top
LATE_IMPORTS = {
    ("__main__.py", "quant_engine.cli"): "job processes import __main__ and need no commands",
    ("database/blocking.py", "quant_engine.database.migrate"): "alembic only when it has work",
}

#: test modules that are named after no module, because what they hold is a room's as a whole
ACCEPTANCE = {
    "tests/test_house.py": "the laws of the house",
    "tests/api/test_contract.py": "openapi.json, and what the service says of itself",
    "tests/api/test_faults.py": "what breaks below the service, as the wire tells it",
    "tests/api/test_lifecycle.py": "start, stop and what is left of it",
    "tests/api/test_requests.py": "bad input, on every operation",
    "tests/api/test_research.py": "train, predict, backtest and a cycle, each real, as a client sees them",
    "tests/api/test_restart.py": "accepted jobs, across the death of the service",
    "tests/api/test_unreadable.py": "files that cannot be read, as the wire tells of them",
    "tests/api/test_streams.py": "the laws of the event streams, on a socket",
}


def python_files(*roots: Path) -> list[Path]:
    return sorted(path for root in roots for path in root.rglob("*.py"))


def frontend_files() -> list[Path]:
    folders = [ROOT / "frontend" / name for name in ("src", "tests", "scripts")]
    found = [
        path for folder in folders for kind in ("*.ts", "*.tsx") for path in folder.rglob(kind)
    ]
    return sorted(path for path in found if ".gen." not in path.name)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "."]
    return []


def late_imports(source: str) -> set[str]:
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {
        name for function in functions for node in ast.walk(function) for name in imported(node)
    }


def imports_by_name(source: str) -> bool:
    called = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
    return bool(names & {"import_module", "__import__"})


def reads_environment(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            return any(alias.name in {"environ", "environb", "getenv"} for alias in node.names)
        if {"pydantic_settings", "dotenv"} & {name.split(".")[0] for name in imported(node)}:
            return True
    return False


def mirrored(test: Path) -> bool:
    """Whether a module of the mirrored room has the test's name, or the beginning of it."""
    room = PACKAGE / test.parent.relative_to(TESTS)
    topic = test.stem.removeprefix("test_")
    names = {path.stem for path in room.rglob("*.py")} | {p.name for p in room.iterdir()}
    return any(topic == name or topic.startswith(f"{name}_") for name in names)


def pins() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    for name, version in re.findall(r"^([\w.-]+)==([\w.+-]+)", lock, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"].values()
    texts = [text for group in groups for text in group if isinstance(text, str)]
    return [Requirement(text) for text in project["project"]["dependencies"] + texts]


def test_modules_are_short() -> None:
    sizes = {shown(p): len(p.read_text().splitlines()) for p in python_files(PACKAGE, TESTS)}
    assert sizes
    assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    files = python_files(PACKAGE, TESTS, ROOT / "benchmarks")
    found = {shown(path): list(long_functions(path.read_text())) for path in files}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_typescript_files_are_short() -> None:
    sizes = {shown(path): len(path.read_text().splitlines()) for path in frontend_files()}
    assert any(name.endswith(".tsx") for name in sizes)
    assert {name: lines for name, lines in sizes.items() if lines > TYPESCRIPT_LINES} == {}


def test_names_say_what_is_inside() -> None:
    paths = [*python_files(PACKAGE, TESTS), *frontend_files()]
    words = {shown(p): VAGUE & set(shown(p).lower().replace("/", ".").split(".")) for p in paths}
    parts = {shown(p): VAGUE & set(p.stem.lower().split("_")) for p in paths}
    assert {name for found in (words, parts) for name, vague in found.items() if vague} == set()


def test_every_module_says_what_it_is_for() -> None:
    files = [path for path in python_files(PACKAGE, TESTS) if path.read_text().strip()]
    silent = [shown(p) for p in files if not ast.get_docstring(ast.parse(p.read_text()))]
    empty_rooms = [shown(p) for p in python_files(PACKAGE) if not p.read_text().strip()]
    assert silent + empty_rooms == []


def test_floors_below_config_read_no_environment() -> None:
    below = [
        path
        for path in python_files(PACKAGE)
        if path.relative_to(PACKAGE).parts[0] not in MAY_READ_ENVIRONMENT
    ]
    assert below
    assert [shown(path) for path in below if reads_environment(path.read_text())] == []


def test_imports_stand_at_the_top() -> None:
    found = {
        (str(path.relative_to(PACKAGE)), name)
        for path in python_files(PACKAGE)
        for name in late_imports(path.read_text())
    }
    assert found == set(LATE_IMPORTS)


def test_only_a_job_process_imports_by_name() -> None:
    # import-linter cannot see such an import, so there is one, and it knows no floor by itself
    found = [shown(path) for path in python_files(PACKAGE) if imports_by_name(path.read_text())]
    assert found == ["quant_engine/api/jobs/worker.py"]


def test_tests_are_named_after_what_they_test() -> None:
    tests = [path for path in python_files(TESTS) if path.name.startswith("test_")]
    strays = {shown(path) for path in tests if not mirrored(path)}
    assert strays == set(ACCEPTANCE)


def test_every_dependency_has_bounds_and_a_pin_within_them() -> None:
    pinned = pins()
    loose = [str(r) for r in requirements() if {s.operator for s in r.specifier} != {">=", "<"}]
    wrong = [
        f"{r.name}: python -m nox -s lock"
        for r in requirements()
        if not any(r.specifier.contains(version) for version in pinned.get(r.name, ()))
    ]
    assert loose + wrong == []


def test_decisions_are_listed_and_name_their_check() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    index = pages[0].read_text()
    roots = (ROOT, ROOT / "frontend")
    for page in pages:
        heading = re.match(r"# 0*(\d+)[.:· ]+(.+)", page.read_text())
        assert heading is not None
        number, title = heading.groups()
        assert page.name.startswith(f"{int(number):04d}-")
        assert f"| [{number}]({page.name}) | {title} |" in index
        named = re.findall(r"`((?:contract_)?tests/[\w/.]+)`", page.read_text())
        assert named, f"{page.name} names no check"
        assert [n for n in named if not any((at / n).exists() for at in roots)] == []


def test_the_architecture_names_every_room() -> None:
    told = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    floors = (ROOT / ".importlinter").read_text().partition("layers =")[2].partition("\n\n")[0]
    assert rooms - {"__init__"} <= set(re.findall(r"\w+", floors))
    assert {room for room in rooms - {"__init__", "__main__"} if f"`{room}" not in told} == set()


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "from os import getenv", "import pydantic_settings"]
)
def test_a_look_at_the_environment_is_seen(source: str) -> None:
    assert reads_environment(source)
    assert not reads_environment("import os\nos.cpu_count()")


def test_a_late_import_is_seen() -> None:
    assert late_imports("def f():\n    if 1:\n        from a.b import c") == {"a.b"}
    assert late_imports("import a\ndef f():\n    a.b()") == set()
    assert imports_by_name("import importlib\nimportlib.import_module('a')")


def test_a_function_is_measured_from_def_to_end() -> None:
    body = "    pass\n" * (FUNCTION_LINES - 1)
    assert list(long_functions("def f():\n" + body)) == []
    assert list(long_functions("def f():\n    pass\n" + body)) == [("f", FUNCTION_LINES + 1)]
