"""What wheel and sdist contain, and the version that every file names.

The files are derived: the modules of the package, the built page, the licence. Both are built by the backend
itself from a copy that has a page of two files, so that no build of the page is needed.
"""

import io
import json
import re
import shutil
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from contract_tests.finding import Finding

PART = "packaging"
FIX = "change [tool.hatch] in pyproject.toml or hatch_build.py; `nox -s build` then tries the whole"
PAGE = ("index.html", "assets/page.js")
UI = "quant_engine/api/ui"
#: of the sdist, beside the package and the page
SOURCES = {
    *(".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "hatch_build.py"),
    "pyproject.toml",
}
SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_\w{36}")
TEST = re.compile(r"(^|/)(tests?|fixtures|conftest\.py|test_\w+\.py|.*\.test\.\w+)(/|$)")


@dataclass(frozen=True)
class Built:
    """The files of the packages, by their names there."""

    wheel: dict[str, bytes]
    sdist: dict[str, bytes]
    again: dict[str, bytes]  #: of the wheel that is built from the sdist


def build(root: Path, folder: Path) -> Built:
    """Build both packages of a copy of a tree, in a folder."""
    tree = folder / "tree"
    _copy(root, tree)
    for name in PAGE:
        file = tree / "frontend" / "dist" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    wheel = _wheel(tree, folder / "wheel")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        (packed,) = SdistBuilder(str(tree)).build(directory=str(folder / "sdist"))
    with tarfile.open(packed) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    sdist = {path.relative_to(unpacked).as_posix(): path.read_bytes() for path in files}
    return Built(wheel, sdist, _wheel(unpacked, folder / "again"))


def _copy(root: Path, tree: Path) -> None:
    """Copy what the backend may read, and one file of all else: what is shipped by mistake is shipped of those."""
    ignored = shutil.ignore_patterns("__pycache__", "ui", "node_modules", "dist")
    tree.mkdir(parents=True)
    for path in root.iterdir():
        if path.name == "quant_engine":
            shutil.copytree(path, tree / path.name, ignore=ignored)
        elif path.is_dir() and not path.name.startswith("."):
            (tree / path.name).mkdir()
            first = next((one for one in sorted(path.iterdir()) if one.is_file()), None)
            if first is not None:
                shutil.copy(first, tree / path.name)
        elif path.is_file() and path.name != ".git":
            shutil.copy(path, tree)


def _wheel(tree: Path, folder: Path) -> dict[str, bytes]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        (wheel,) = WheelBuilder(str(tree)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def deviations(root: Path, built: Built) -> Iterator[Finding]:
    """Return what is missing in the packages, and what is there and should not be."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    name = f"{project['name'].replace('-', '_')}-{project['version']}"
    infos = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    package = set(_modules(root))
    page = {f"{UI}/{file}" for file in PAGE}
    wheel = package | page | {f"{name}.dist-info/{file}" for file in infos}
    yield from _differences("wheel", wheel, built.wheel)
    yield from _differences("sdist", package | page | SOURCES, built.sdist)
    yield from _differences("wheel from the sdist", wheel, built.again)
    for place, files in (("wheel", built.wheel), ("sdist", built.sdist)):
        for file, content in files.items():
            if TEST.search(file) or SECRET.search(content):
                found = "a test" if TEST.search(file) else "a secret"
                yield Finding(PART, f"{place} {file}", "not-for-users", "no such file", found, FIX)
    text = built.wheel.get(f"{name}.dist-info/METADATA", b"").decode()
    headers = HeaderParser().parsestr(text)
    for field, expected in (
        ("License-Expression", [project["license"]]),
        ("Requires-Python", [project["requires-python"]]),
        ("License-File", ["LICENSE"]),
    ):
        if headers.get_all(field) != expected:
            shown = str(headers.get_all(field))
            yield Finding(PART, f"wheel METADATA {field}", "metadata", str(expected), shown, FIX)


def _modules(root: Path) -> Iterator[str]:
    for path in (root / "quant_engine").rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if "__pycache__" not in path.parts and not name.startswith(UI):
            yield name


def _differences(place: str, expected: set[str], found: Iterable[str]) -> Iterator[Finding]:
    for name in sorted(expected - set(found)):
        yield Finding(PART, f"{place} {name}", "not-shipped", "this file", "no such file", FIX)
    for name in sorted(set(found) - expected):
        fix = f"{FIX}; or SOURCES in contract_tests/packages.py if users need it"
        yield Finding(PART, f"{place} {name}", "shipped", "no such file", "this file", fix)


def versions(root: Path) -> dict[str, str]:
    """Return the version that each file names, by its place."""
    locked = tomllib.loads((root / "uv.lock").read_text())["package"]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    page, lock = (
        json.loads((root / "frontend" / name).read_text())
        for name in ("package.json", "package-lock.json")
    )
    released = re.search(r"^## \[(\d[^]]*)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    return {
        "pyproject.toml": project["version"],
        "uv.lock": next(one["version"] for one in locked if one["name"] == project["name"]),
        "frontend/package.json": page["version"],
        "frontend/package-lock.json": lock["version"],
        "frontend/package-lock.json packages": lock["packages"][""]["version"],
        "openapi.json": json.loads((root / "openapi.json").read_text())["info"]["version"],
        "CHANGELOG.md": released[1] if released else "no release",
    }


def other_versions(root: Path) -> Iterator[Finding]:
    """Return the files that name another version than pyproject.toml."""
    found = versions(root)
    expected = found.pop("pyproject.toml")
    for place, version in found.items():
        if version != expected:
            fix = "write the version of pyproject.toml, or run `nox -s lock` and `nox -s fix`"
            yield Finding(PART, place, "other-version", expected, version, fix)


def other_dependencies(root: Path) -> Iterator[Finding]:
    """Return the dependencies that differ between pyproject.toml and the lock file; some are loaded by name alone."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    locked = tomllib.loads((root / "uv.lock").read_text())["package"]
    own = next(one for one in locked if one["name"] == project["name"])
    declared = {one.name: str(one.specifier) for one in map(Requirement, project["dependencies"])}
    found = {one["name"]: one.get("specifier", "") for one in own["metadata"]["requires-dist"]}
    for name in sorted(declared.keys() | found.keys()):
        expected, shown = (
            str(SpecifierSet(one[name])) if name in one else "absent" for one in (declared, found)
        )
        if expected != shown:
            fix = "run `nox -s lock`, if the change is meant"
            yield Finding(PART, f"uv.lock {name}", "other-dependency", expected, shown, fix)
