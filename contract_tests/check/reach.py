"""Chooses the gates that a change can reach: those of the drift lab, by what they read, and the tests beside a module."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from contract_tests.check.changes import Undecided
from contract_tests.drift.gate import OF_DOCUMENTS, PAGE, PYTHON, SHARED_PAGE, STALE_CHECKS, Gate
from contract_tests.drift.gates import GATES

#: how the names of documents begin: of most of them the house rules are the only gate that reads them
DOCUMENTS = ("docs/", "LICENSE", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md")
#: they change what every gate runs with
SETTINGS = (
    *(".importlinter", ".gitignore", "conftest.py", "noxfile.py", "pyproject.toml", "uv.lock"),
    *("frontend/package", "frontend/tsconfig", "frontend/vite", "contract_tests/drift/gate"),
    *("contract_tests/conftest.py", "contract_tests/check/", "schemathesis.toml"),
)
#: other tests and tools: the linters and the types read them, and no gate runs them
APART = ("benchmarks/", "deploy/", "e2e/", ".ci/", ".github/", "ruff.toml", "hatch_build.py")
GENERATED = (
    *("openapi.json", "contract_tests/recordings/", "frontend/tests/traces/"),
    *("frontend/src/types/contract.gen.ts", "frontend/src/types/openapi.gen.ts"),
)
#: of a gate that reads all of the service the part that it is about: a change elsewhere reaches it through
#: the contract only, which other gates compare. The whole runs before a push
_JOBS = (
    *("quant_engine/api/jobs/", "quant_engine/api/routers/jobs.py", "quant_engine/database/"),
    *("quant_engine/api/schemas/jobs.py", "quant_engine/api/schemas/events.py"),
    *("quant_engine/api/middleware.py", "quant_engine/api/routing.py"),
    *("contract_tests/streams/", "contract_tests/kit/"),
)
WIRELAW = "contract_tests/wirelaw/"
#: what the gate itself uses of it; a change of the rest reaches its own tests, the linters and the packages
_USED = (
    *("contract/", "page/", "running/"),
    *("__init__.py", "finding.py", "named_events.py"),
)
USED_OF_WIRELAW = tuple(f"{WIRELAW}src/wirelaw/{name}" for name in _USED)
OF_WIRELAW = {"lint", "house-rules", "layers", "packages"}
_BY_NAME = ("quant_engine/autopilot/", "quant_engine/tracking/", "contract_tests/imports.py")
_STORED = ("quant_engine/artifacts.py", "quant_engine/database/", "quant_engine/disk.py")
ABOUT: Mapping[str, tuple[str, ...]] = {
    "streams": _JOBS,
    "interleaving": _JOBS,
    "engine": _JOBS,
    "imports": (*_BY_NAME, "contract_tests/test_imports.py"),
    "faults": (*_STORED, "quant_engine/api/services/", "quant_engine/models/registry.py"),
    "fuzz": ("quant_engine/api/routing.py", "quant_engine/api/errors.py", "contract_tests/fuzz/"),
    "real-jobs": ("quant_engine/pipeline.py", "quant_engine/backtest/", "quant_engine/models/"),
    "command-line": (
        "quant_engine/",
        "contract_tests/edges/",
        "openapi.json",
        "frontend/src/format/",
    ),
    "page-faults": (
        *("frontend/lint/", "frontend/scripts/", "contract_tests/types/"),
        SHARED_PAGE,
    ),
    "documents": (
        *("docs/", *OF_DOCUMENTS, "contract_tests/clients/", "quant_engine/backup/"),
        *("quant_engine/api/metrics.py", "quant_engine/cli/backup.py"),
    ),
    "tests-api": ("tests/api/",),
    "tests-rest": ("tests/conftest.py",),
    "packages": ("hatch_build.py", WIRELAW),
    "writers": _JOBS,
    "broken-checks": ("quant_engine/api/services/", "contract_tests/faults/"),
    "stream-laws": _JOBS,
    "relations": ("contract_tests/relations.py", "quant_engine/api/schemas/"),
    "tests-page": ("openapi.json", *GENERATED[2:]),
    "tests-screens": ("frontend/tests/traces/",),
}


#: the sources of generated files
STALE = ("quant_engine/", "openapi.json", "openapi-3.1.json", "frontend/scripts/", *GENERATED[-2:])


PAGE_CODE = ("frontend/src/", "frontend/tests/")
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@dataclass(frozen=True)
class Command:
    """One program of a check."""

    name: str
    program: tuple[str, ...]
    folder: str = ""


GENERATION = (
    Command(
        "openapi.json",
        (str(Path(sys.executable).with_name("quant-engine")), "contract", "check"),
    ),
    Command("the page's types", ("node", "scripts/generate-types.mjs", "--check"), "frontend"),
)


def commands(root: Path, changed: Sequence[str]) -> list[Command]:
    """Return what runs for these changes; nothing for none.

    Raises:
        Undecided: a file changed that no gate is known to read, or that all of them do.
    """
    for name in changed:
        _decide(name)
    gates = [gate for gate in GATES.values() if _reaches(gate, changed)]
    tests = [gate for gate in gates if "pytest" in gate.program]
    found = [
        Command(gate.name, _arguments(gate), gate.folder) for gate in gates if gate not in tests
    ]
    if any(name.startswith(STALE) for name in changed):
        found += GENERATION
    targets = [*dict.fromkeys(target for gate in tests for target in gate.targets)]
    targets += [one for one in _beside(root, changed) if one not in targets]
    if targets:
        found.append(_pytest([gate.name for gate in tests], targets))
    page = nearest_tests(root, [name for name in changed if name.startswith(PAGE_CODE)])
    if page:
        vitest = ("node_modules/.bin/vitest", "run", *page)
        found.append(Command("the nearest tests of the page", vitest, "frontend"))
    return found


def _decide(name: str) -> None:
    if name.startswith(SETTINGS):
        raise Undecided(f"{name} changes what every gate runs with")
    if ".gen." in name and name not in GENERATED:
        raise Undecided(f"{name} is generated, and no gate is known to read it")
    if not name.startswith((*PYTHON, *PAGE, *DOCUMENTS, *APART)) or name.endswith((".lock", ".db")):
        raise Undecided(f"no gate is known to read {name}")


def _reaches(gate: Gate, changed: Sequence[str]) -> bool:
    about = ABOUT.get(gate.name, gate.reads)
    return any(
        name.startswith(about)
        and name.startswith(gate.reads)
        and (
            not name.startswith(WIRELAW)
            or name.startswith(USED_OF_WIRELAW)
            or gate.name in OF_WIRELAW
        )
        for name in changed
    )


def _arguments(gate: Gate) -> tuple[str, ...]:
    scratch = str(Path("reports", "check").absolute())
    # people read it: no reporter for programs
    shown = (
        one for one in gate.command() if not one.startswith(("--reporter=json", "--outputFile"))
    )
    return tuple(part.replace("{scratch}", scratch) for part in shown)


def _pytest(names: Sequence[str], targets: Sequence[str]) -> Command:
    program = (sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile")
    deselected = (f"--deselect={test}" for test in STALE_CHECKS)
    return Command(", ".join(names), (*program, *targets, *deselected))


def _beside(root: Path, changed: Sequence[str]) -> list[str]:
    """Return the changed tests, and those that mirror a changed module."""
    found: set[str] = set()
    for name in changed:
        path = PurePosixPath(name)
        if name.startswith(WIRELAW):
            found.add(f"{WIRELAW}wirelaw_tests")
        elif path.name.startswith("test_") and path.parts[0] in ("tests", "contract_tests"):
            found |= {name} if (root / name).is_file() else set()
        elif path.parts[0] == "quant_engine" and path.suffix == ".py":
            folder = root.joinpath("tests", *path.parts[1:-1])
            found |= {str(one.relative_to(root)) for one in folder.glob(f"test_{path.stem}*.py")}
    return sorted(found)


def nearest_tests(root: Path, changed: Sequence[str]) -> list[str]:
    """Return the tests of the page with the shortest chain of imports to each changed file.

    A test of a screen imports all screens, so it counts as one of the screen of its name alone.
    """
    importers = _importers(root / "frontend") if changed else {}
    found: set[str] = set()
    for name in changed:
        seen: set[Path] = set()
        level = {root / name}
        while level and not (tests := {test for one in level for test in _tests_of(root, one)}):
            seen |= level
            level = {one for file in level for one in importers.get(file, ())} - seen
        if level:
            found |= {str(one.relative_to(root / "frontend")) for one in tests}
    return sorted(found)


def _tests_of(root: Path, file: Path) -> list[Path]:
    frontend = root / "frontend"
    pages = frontend / "src" / "pages"
    if file.is_relative_to(pages):
        page = file.relative_to(pages).parts[0].partition(".")[0]
        return sorted(frontend.joinpath("tests").glob(f"{page}.test.ts*"))
    return [file] if ".test." in file.name and file.is_file() else []


def _importers(frontend: Path) -> Mapping[Path, set[Path]]:
    found: dict[Path, set[Path]] = {}
    for folder in ("src", "tests"):
        for file in frontend.joinpath(folder).rglob("*.ts*"):
            for path in _IMPORT.findall(file.read_text(encoding="utf-8")):
                found.setdefault((file.parent / path).resolve(), set()).add(file)
    return found
