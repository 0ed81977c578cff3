"""The house rules that neither ruff nor import-linter can check: sizes, names, vocabulary, mirrored tests."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "quant_engine"
TESTS = ROOT / "tests"
GATE, E2E, DEPLOY, BENCHMARKS = (
    ROOT / name for name in ("contract_tests", "e2e", "deploy", "benchmarks")
)
WIRELAW = GATE / "wirelaw"  #: a distribution of its own, with a public interface
PYTHON = (PACKAGE, TESTS, GATE, E2E, DEPLOY, BENCHMARKS)

MODULE_LINES, FUNCTION_LINES, TYPESCRIPT_LINES = 400, 60, 250
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

#: words that say nothing as the name of a class, a function or a parameter
EMPTY_NAMES = {"told", "said", "heard", "asked", "made", "known", "wanted", "given"}
#: classes that were names of one thing: a running service in tests
THEATRE = {"site", "stage", "shelf", "bench", "subject", "tour"}
#: identifiers that a standard term replaces; see the language rules in CONTRIBUTING.md
REPLACED = {
    *("mend", "mended", "give_up", "borne", "Borne", "BORNE", "welcomed", "needless", "nobody"),
    *("_insist", "_Deaf", "Leavings", "unhurried"),
}
REPLACED_ON_THE_PAGE = {"LEAVES"}  #: a tree of a model has leaves

#: modules above `config`; all others get what they need as arguments
MAY_READ_ENVIRONMENT = ("__main__.py", "cli", "api", "config.py")

#: imports inside a function, and why they are not at the top
LATE_IMPORTS = {
    ("__main__.py", "quant_engine.cli"): "job processes import __main__ and need no commands",
    ("database/blocking.py", "quant_engine.database.migrate"): "alembic only when it has work",
    ("database/dialect.py", "sqlalchemy.dialects.postgresql"): "30 ms that SQLite does not need",
    ("database/engine.py", "quant_engine.database.server"): "the driver of Postgres is an extra",
}

#: test modules that are named after no module, because they test a package as a whole
ACCEPTANCE = {
    "tests/test_house.py": "the house rules",
    "tests/api/test_contract.py": "openapi.json, and what the service declares",
    "tests/api/test_faults.py": "what breaks below the service, as clients see it",
    "tests/api/test_known_jobs.py": "requests about jobs that exist already",
    "tests/api/test_lifecycle.py": "start, stop and what remains",
    "tests/api/test_requests.py": "bad input, on every operation",
    "tests/api/test_research.py": "real jobs of each type, as a client sees them",
    "tests/api/test_restart.py": "accepted jobs, across a crash of the service",
    "tests/api/test_unreadable.py": "files that cannot be read, as clients see them",
    "tests/api/test_streams.py": "the rules of event streams, on a socket",
}


def python_files(*roots: Path) -> list[Path]:
    return sorted(path for root in roots for path in root.rglob("*.py"))


def typescript_files() -> list[Path]:
    folders = [ROOT / "frontend" / name for name in ("src", "tests", "scripts", "lint")]
    folders.append(WIRELAW / "src" / "wirelaw" / "page")
    kinds = ("*.ts", "*.tsx", "*.mjs", "*.mts")
    found = [path for folder in folders for kind in kinds for path in folder.rglob(kind)]
    assert {path.parent for path in found} >= set(folders) - {folders[0]}
    return sorted(path for path in found if ".gen." not in path.name)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Return all nodes of a module, the module first; several rules read each of them."""
    return tuple(ast.walk(ast.parse(source)))


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    for node in nodes(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def docstring(source: str) -> str | None:
    module = nodes(source)[0]
    assert isinstance(module, ast.Module)
    return ast.get_docstring(module)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "."]
    return []


def late_imports(source: str) -> set[str]:
    functions = (
        node for node in nodes(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {
        name for function in functions for node in ast.walk(function) for name in imported(node)
    }


def imports_by_name(source: str) -> bool:
    called = (node.func for node in nodes(source) if isinstance(node, ast.Call))
    names = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in called}
    return bool(names & {"import_module", "__import__"})


def reads_environment(source: str) -> bool:
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            return any(alias.name in {"environ", "environb", "getenv"} for alias in node.names)
        if {"pydantic_settings", "dotenv"} & {name.split(".")[0] for name in imported(node)}:
            return True
    return False


def forbidden_names(path: Path) -> set[str]:
    """Return the names in a file that a standard term replaces."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        words, identifiers = python_names(source)
        replaced = REPLACED
    else:
        words, identifiers = typescript_names(source)
        replaced = REPLACED | REPLACED_ON_THE_PAGE
    empty = {word for word in words if word.strip("_").lower() in EMPTY_NAMES}
    classes = {word for word in words if word[0].isupper() and word.lower() in THEATRE}
    # a file may be named for the Unix user `nobody`
    return empty | classes | identifiers & replaced | {path.stem} & replaced - {"nobody"}


def python_names(source: str) -> tuple[set[str], set[str]]:
    """Return the names of classes, functions and parameters, and all identifiers."""
    words: set[str] = set()
    identifiers: set[str] = set()
    for node in nodes(source):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                words.add(name)
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                words.add(name)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                identifiers.add(name)
            case ast.alias(name=name, asname=other):
                identifiers |= {name.rpartition(".")[2], other or name}
    return words, identifiers | words


NOT_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL
)
DECLARED = re.compile(
    r"\b(?:class|interface|type|function\*?)\s+([\w$]+)|\b(?:const|let)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:\([^()]*\)|[\w$]+)(?:\s*:[^=]+)?\s*=>"
)
LONE_PARAMETER = re.compile(r"([\w$]+)\s*=>")
CONTROL = re.compile(r"\b(?:if|for|while|switch|catch|return|await)\s*$")


def typescript_names(source: str) -> tuple[set[str], set[str]]:
    """Return the names of classes, types, functions and parameters, and all identifiers."""
    code = NOT_CODE.sub('""', source)
    words = {name for pair in DECLARED.findall(code) for name in pair if name}
    words |= set(LONE_PARAMETER.findall(code))
    opened: list[int] = []
    for index, char in enumerate(code):
        if char == "(":
            opened.append(index)
        elif char == ")" and opened:
            start = opened.pop()
            if takes_parameters(code[max(0, start - 200) : start], code[index + 1 : index + 200]):
                words |= parameters(code[start + 1 : index])
                words |= set(re.findall(r"([\w$]+)\s*$", code[max(0, start - 60) : start]))
    return words, set(re.findall(r"[\w$]+", code))


def takes_parameters(before: str, after: str) -> bool:
    """Whether what is between parentheses is a list of parameters and not of arguments."""
    if CONTROL.search(before):
        return False
    if re.match(r"\s*(?:=>|\{)", after):
        return True
    # a type follows, unless the colon belongs to a condition
    is_condition = re.search(r"\?(?![.:?])", re.split(r"[;{}]", before)[-1])
    return not is_condition and re.match(r"\s*:[^;()]*?(?:=>|\{)", after) is not None


def parameters(code: str) -> set[str]:
    """Return the names that a list of parameters binds."""
    return set(re.findall(r"(?:^|[,{\[(]|\.\.\.)\s*([\w$]+)(?=\s*(?:[,:=?)}\]]|$))", code))


def mirrored(test: Path) -> bool:
    """Whether a module of the mirrored package has the test's name, or the beginning of it."""
    package = PACKAGE / test.parent.relative_to(TESTS)
    topic = test.stem.removeprefix("test_")
    names = {path.stem for path in package.rglob("*.py")} | {p.name for p in package.iterdir()}
    return any(topic == name or topic.startswith(f"{name}_") for name in names)


def pins() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        found.setdefault(package["name"], set()).add(package["version"])
    return found


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    tool = tomllib.loads((WIRELAW / "pyproject.toml").read_text())["project"]
    extras = tool["optional-dependencies"].values()
    groups = (*project["dependency-groups"].values(), *extras, tool["dependencies"])
    texts = [text for group in groups for text in group if isinstance(text, str)]
    return [Requirement(text) for text in project["project"]["dependencies"] + texts]


def test_modules_are_short() -> None:
    sizes = {shown(p): len(p.read_text().splitlines()) for p in python_files(*PYTHON)}
    assert len({name.partition("/")[0] for name in sizes}) == len(PYTHON)
    assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    found = {shown(path): list(long_functions(path.read_text())) for path in python_files(*PYTHON)}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_typescript_files_are_short() -> None:
    sizes = {shown(path): len(path.read_text().splitlines()) for path in typescript_files()}
    assert any(name.endswith(".tsx") for name in sizes)
    assert {name: lines for name, lines in sizes.items() if lines > TYPESCRIPT_LINES} == {}


def test_file_names_are_specific() -> None:
    paths = [*python_files(*PYTHON), *typescript_files()]
    words = {shown(p): VAGUE & set(shown(p).lower().replace("/", ".").split(".")) for p in paths}
    parts = {shown(p): VAGUE & set(p.stem.lower().split("_")) for p in paths}
    assert {name for found in (words, parts) for name, vague in found.items() if vague} == set()


def test_every_module_has_a_docstring() -> None:
    files = [path for path in python_files(*PYTHON) if path.read_text().strip()]
    silent = [shown(p) for p in files if not docstring(p.read_text())]
    published = python_files(PACKAGE, WIRELAW / "src")
    empty = [shown(p) for p in published if not p.read_text().strip()]
    assert silent + empty == []


def test_names_are_standard_terms() -> None:
    files = [*python_files(*PYTHON), ROOT / "noxfile.py", *typescript_files()]
    found = {shown(path): forbidden_names(path) for path in files}
    assert {name: sorted(names) for name, names in found.items() if names} == {}


def test_layers_below_config_read_no_environment() -> None:
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
    # import-linter cannot see such an import, so there is one, and it is bound to no layer
    found = [shown(path) for path in python_files(PACKAGE) if imports_by_name(path.read_text())]
    assert found == ["quant_engine/api/jobs/worker.py"]


def test_tests_are_named_after_what_they_test() -> None:
    tests = [path for path in python_files(TESTS) if path.name.startswith("test_")]
    strays = {shown(path) for path in tests if not mirrored(path)}
    assert strays == set(ACCEPTANCE)


def test_tests_of_wirelaw_are_named_after_its_modules() -> None:
    package, tests = WIRELAW / "src" / "wirelaw", WIRELAW / "wirelaw_tests"
    strays = set()
    for path in tests.rglob("test_*.py"):
        folder = package / path.parent.relative_to(tests)
        names = {one.stem.replace("-", "_") for one in folder.rglob("*.*")} | {folder.name}
        if not any(f"{path.stem}_".startswith(f"test_{name}_") for name in names):
            strays.add(path.name)
    # README, hook and action; whole repositories, as files and running
    assert strays == {"test_documents.py", "test_apps.py", "test_apps_running.py"}


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
    index, roots = pages[0].read_text(), (ROOT, ROOT / "frontend")
    for page in pages:
        heading = re.match(r"# (\d+)\. (.+)", page.read_text())
        assert heading is not None, f"{page.name} does not start with `# N. Title`"
        number, title = heading.groups()
        assert page.name.startswith(f"{int(number):04d}-")
        assert f"| [{number}]({page.name}) | {title} |" in index
        checks = page.read_text().partition("**Checked by** ")[2]
        named = re.findall(r"`((?:contract_)?tests/[\w/.]+)`", checks)
        assert named, f"{page.name} names no check"
        assert [n for n in named if not any((at / n).exists() for at in roots)] == []


def test_the_architecture_names_every_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    packages = {
        p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    } - {"__init__"}
    layers = (ROOT / ".importlinter").read_text().partition("layers =")[2].partition("\n\n")[0]
    assert packages <= set(re.findall(r"\w+", layers))
    assert {name for name in packages - {"__main__"} if f"`{name}`" not in text} == set()


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("a.py", "def told(event): ...", {"told"}),
        ("a.py", "async def _said(): ...", {"_said"}),
        ("a.py", "class Asked: ...", {"Asked"}),
        ("a.py", "def f(*, known): ...", {"known"}),
        ("a.py", "lambda given: given", {"given"}),
        ("a.py", "class Stage: ...", {"Stage"}),
        ("a.py", "store.give_up(claim)", {"give_up"}),
        ("a.py", "from a import BORNE", {"BORNE"}),
        ("unhurried.py", "", {"unhurried"}),
        ("a.py", "class Finding:\n    found: str\n\n    def stop(self): ...", set()),
        ("a.py", "known = 'told'  # said\nbench(known)\ndef stage(): ...", set()),
        ("a.ts", "export function told(event: Event) {}", {"told"}),
        ("a.ts", "const said = async (event: Event): Promise<void> => {};", {"said"}),
        ("a.ts", "items.map((known) => known.id)", {"known"}),
        ("a.ts", "items.map(known => known.id)", {"known"}),
        ("a.tsx", "function Row({ row, asked }: { row: Row; asked: Asked }) {}", {"asked"}),
        ("a.ts", "type Options = { fetch: (given: string, other?: number) => void };", {"given"}),
        ("a.mjs", "class Reader { made(value) { return value; } }", {"made"}),
        ("a.ts", "interface Asked { id: string }", {"Asked"}),
        ("a.tsx", '<Select nobody="Any" />', {"nobody"}),
        ("a.ts", "const known = items.find(told); // said\nif (known) { stage(known); }", set()),
        ("a.ts", "const text = `nobody was told ${name}` + 'mend';", set()),
    ],
)
def test_a_name_without_meaning_is_found(
    name: str, source: str, found: set[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(source)
    assert forbidden_names(tmp_path / name) == found


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A']", "from os import getenv", "import pydantic_settings"]
)
def test_reading_the_environment_is_found(source: str) -> None:
    assert reads_environment(source)
    assert not reads_environment("import os\nos.cpu_count()")


def test_a_late_import_is_found() -> None:
    assert late_imports("def f():\n    if 1:\n        from a.b import c") == {"a.b"}
    assert late_imports("import a\ndef f():\n    a.b()") == set()
    assert imports_by_name("import importlib\nimportlib.import_module('a')")


def test_a_function_is_measured_from_def_to_end() -> None:
    body = "    pass\n" * (FUNCTION_LINES - 1)
    assert list(long_functions("def f():\n" + body)) == []
    assert list(long_functions("def f():\n    pass\n" + body)) == [("f", FUNCTION_LINES + 1)]
