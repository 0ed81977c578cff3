"""Wheel and sdist as the backend builds them, and one version everywhere; faults are planted in copies."""

import shutil
from pathlib import Path

import pytest

from contract_tests.finding import check
from contract_tests.packages import build, deviations, other_dependencies, other_versions, versions
from contract_tests.repository import ROOT

VERSIONED = (
    *("pyproject.toml", "uv.lock", "openapi.json", "CHANGELOG.md"),
    *("frontend/package.json", "frontend/package-lock.json"),
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


def test_packages_contain_what_users_need_and_nothing_else(tmp_path: Path) -> None:
    check(deviations(ROOT, build(ROOT, tmp_path)))


def test_every_file_names_one_version() -> None:
    check(other_versions(ROOT))


def test_the_lock_has_the_declared_dependencies() -> None:
    check(other_dependencies(ROOT))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [('    "httptools>=0.8,<0.10",\n', "", ">=0.8"), ('"rich>=14,<16"', '"rich>=13,<16"', ">=14")],
)
def test_another_dependency_is_found(tmp_path: Path, old: str, new: str, found: str) -> None:
    for name in ("pyproject.toml", "uv.lock"):
        text = (ROOT / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new) if name != "uv.lock" else text)
    (finding,) = other_dependencies(tmp_path)
    assert finding.code == "other-dependency"
    assert found in finding.found


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


@pytest.mark.parametrize("place", VERSIONED)
def test_another_version_is_found(tmp_path: Path, place: str) -> None:
    for name in VERSIONED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    version = versions(tmp_path)["pyproject.toml"]
    file = tmp_path / place
    file.write_text(file.read_text().replace(version, "9.9.9"))
    assert list(other_versions(tmp_path))
