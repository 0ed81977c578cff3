"""Wheel and sdist as the backend builds them, and one version everywhere; faults are planted in copies."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from contract_tests.closure import Product, not_installed
from contract_tests.lookups import read
from contract_tests.packages import (
    CI,
    NAMING,
    TOOL,
    WIRELAW,
    Built,
    build,
    deviations,
    other_platforms,
    other_starts,
    run_starts,
    ways,
)
from contract_tests.repository import ROOT
from contract_tests.starts import MODULE
from contract_tests.versions import (
    other_dependencies,
    other_versions,
    versions,
    versions_of_wirelaw,
)
from quant_engine.cli import app
from wirelaw.finding import check

VERSIONED = (
    *("pyproject.toml", "uv.lock", "openapi.json", "CHANGELOG.md"),
    *("frontend/package.json", "frontend/package-lock.json"),
)
VERSIONED_OF_WIRELAW = tuple(
    f"{WIRELAW}/{name}" for name in ("pyproject.toml", "src/wirelaw/__init__.py", "CHANGELOG.md")
)
HATCH = "[tool.hatch.build.targets.wheel]\n"
#: file, a text in it, what replaces it, and the first finding
PLANTED = (
    ("pyproject.toml", 'packages = ["quant_engine"]', 'packages = ["quant_engine", "tests"]', "wheel tests/__init__.py"),
    ("pyproject.toml", HATCH, f'{HATCH}exclude = ["**/migrations/*"]\n', "wheel quant_engine/database/migrations/env.py"),
    ("pyproject.toml", 'license-files = ["LICENSE"]', "license-files = []", "wheel quant_engine-"),
    ("pyproject.toml", 'artifacts = ["quant_engine/api/ui"]', "artifacts = []", "wheel from the sdist quant_engine/api/ui/assets"),
    ("hatch_build.py", '"quant_engine", "api", "ui"', '"quant_engine", "api", "page"', "wheel quant_engine/api/ui/assets"),
    ("quant_engine/api/routers/tests/test_key.py", "", '"""-----BEGIN PRIVATE KEY-----"""\n', "wheel quant_engine/api/routers/tests/test_key.py"),
    ("quant_engine/.env", "", "TOKEN=1\n", "wheel quant_engine/.env"),
)  # fmt: skip


WRONG = {"QUANT_ENGINE_PORT": "x"}
USAGE = 2  #: the exit code of an invocation that the parser refuses


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("built") / "packages")


def test_packages_contain_what_users_need_and_nothing_else(built: Built) -> None:
    check(deviations(ROOT, built))


def test_wirelaw_contains_what_users_need_and_nothing_else(tmp_path: Path) -> None:
    check(deviations(ROOT, build(ROOT, tmp_path, TOOL), TOOL))


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("bundle.py", '"lib/typescript.js"', '"lib/tsc.js"', "wheel wirelaw/page/bundled/typescript.js"),
        ("bundle.py", 'Path("src", SHIPPED) if', "SHIPPED if", "sdist src/wirelaw/page/bundled/LICENSE.txt"),
        ("pyproject.toml", '["LICENSE"]', "[]", "wheel wirelaw-0"),
        ("pyproject.toml", '["src", ', "[", "sdist src/wirelaw/__init__.py"),
    ],
)  # fmt: skip
def test_a_wrong_package_of_wirelaw_is_found(
    tmp_path: Path, file: str, old: str, new: str, place: str
) -> None:
    root = tmp_path / "root"
    ignored = shutil.ignore_patterns("__pycache__", "*_tests")
    shutil.copytree(ROOT / WIRELAW, root / WIRELAW, ignore=ignored)
    shutil.copy(ROOT / ".gitignore", root)
    changed = root / WIRELAW / file
    assert old in changed.read_text()
    changed.write_text(changed.read_text().replace(old, new))
    found = list(deviations(root, build(root, tmp_path, TOOL), TOOL))
    assert found
    assert found[0].pointer.startswith(place)


#: arguments, and the exit code; no setting is read for these
INVOCATIONS: dict[tuple[str, ...], int] = {
    (): USAGE,
    ("--version",): 0,
    ("--help",): 0,
    ("nothing",): USAGE,
}


def _required(command: Any) -> list[str]:
    """Return a value for each argument without which the parser refuses a command."""
    return [f"no-{one.name}" for one in command.params if one.required]


def test_every_way_to_start_is_the_same(built: Built, tmp_path: Path) -> None:
    parser: Any = get_command(app)
    commands = {name: one for name, one in parser.commands.items() if not hasattr(one, "commands")}
    codes = {**INVOCATIONS, **{(name, *_required(one)): 1 for name, one in commands.items()}}
    # with a wrong setting, so that nothing runs for long, whatever is started
    requested = [(way, arguments, WRONG) for arguments in codes for way in ways(built)]
    # a service that answers
    doctor: tuple[str, tuple[str, ...], dict[str, str]] = (MODULE, ("doctor", "--json"), {})
    hidden = Product(ROOT, "quant_engine").hidden
    found = run_starts([*requested, doctor], tmp_path, hidden)
    check(not_installed(read(tmp_path / "record")))
    check(other_starts(found, {**codes, doctor[1]: 0}))


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        ("quant_engine.cli.commands:demo", {"traceback", "another-start"}),
        ("builtins:print", {"exit-code", "another-start"}),
    ],
)
def test_a_start_past_the_commands_is_found(tmp_path: Path, target: str, codes: set[str]) -> None:
    requested = [(way, ("demo",), WRONG) for way in (MODULE, target)]
    found = run_starts(requested, tmp_path, ())
    findings = list(other_starts(found, {("demo",): 1}))
    assert {one.pointer.partition(" ")[0] for one in findings} == {target}
    assert {one.code for one in findings} == codes


def test_every_file_names_one_version() -> None:
    check(other_versions(ROOT))


def test_every_platform_is_the_declared_one() -> None:
    check(other_platforms(ROOT))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pyproject.toml", ">=3.11", ">=3.12"),
        ("README.md", "Node 20.19", "Node 20"),
        (CI, 'node-version: "20"', 'node-version: "18"'),
        (CI, 'python: ["3.11", ', "python: ["),
        ("LICENSE", "MIT", "BSD"),
        (".importlinter", "    benchmarks\n    wirelaw", "    wirelaw"),
        ("quant_engine/cli/doctor.py", "3.11 or", "3.10 or"),
        ("README.md", "# Next", "pip install quant-engine[redis]\n# Next"),
    ],
)
def test_another_platform_is_found(tmp_path: Path, file: str, old: str, new: str) -> None:
    packages = (path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/*.py"))
    for name in {*NAMING, "pyproject.toml", *packages}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1))
    assert list(other_platforms(tmp_path))


def test_the_lock_has_the_declared_dependencies() -> None:
    check(other_dependencies(ROOT))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('    "httptools>=0.8,<0.10",\n', "", ">=0.8"),
        ('"sqlalchemy>', '"sqlalchemy[asyncio]>', ">=2.1"),
        ('"rich>=14,<16"', '"rich>=13,<16"', ">=14"),
    ],
)
def test_another_dependency_is_found(tmp_path: Path, old: str, new: str, found: str) -> None:
    for name in ("pyproject.toml", "uv.lock"):
        text = (ROOT / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new) if name != "uv.lock" else text)
    findings = list(other_dependencies(tmp_path))
    assert {one.code for one in findings} == {"other-dependency"}
    assert any(found in one.found for one in findings)


@pytest.mark.parametrize(("file", "old", "new", "place"), PLANTED)
def test_a_wrong_package_is_found(
    tmp_path: Path, file: str, old: str, new: str, place: str
) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "ui")
    root = tmp_path / "root"
    shutil.copytree(ROOT / "quant_engine", root / "quant_engine", ignore=ignored)
    for folder in ("tests", "frontend"):
        (root / folder).mkdir()
        (root / folder / "__init__.py").touch()
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, root)
    changed = root / file
    changed.parent.mkdir(parents=True, exist_ok=True)
    text = changed.read_text() if old else ""
    assert old in text
    changed.write_text(text.replace(old, new) if old else new)
    found = list(deviations(root, build(root, tmp_path)))
    assert found
    assert found[0].pointer.startswith(place)


@pytest.mark.parametrize("place", [*VERSIONED, *VERSIONED_OF_WIRELAW])
def test_another_version_is_found(tmp_path: Path, place: str) -> None:
    for name in (*VERSIONED, *VERSIONED_OF_WIRELAW):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    named = versions_of_wirelaw if place in VERSIONED_OF_WIRELAW else versions
    version = next(iter(named(tmp_path).values()))
    file = tmp_path / place
    file.write_text(file.read_text().replace(version, "9.9.9"))
    assert list(other_versions(tmp_path))
