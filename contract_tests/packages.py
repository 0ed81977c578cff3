"""What wheel and sdist contain, and the version that every file names.

The files are derived: the modules of the package, the built page, the licence. Both are built by the backend
itself from a copy that has a page of two files, so that no build of the page is needed.
"""

import configparser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from contract_tests import starts
from contract_tests.hang import HANG_SECONDS
from contract_tests.layers import root_packages
from wirelaw.finding import Finding

PART = "packaging"
FIX = "change [tool.hatch] in pyproject.toml or hatch_build.py; `nox -s build` then tries the whole"
FIX_START = "start quant_engine.__main__:main, and raise QuantEngineError where a user can go on"
FIX_PLATFORM = "write what pyproject.toml and frontend/package.json declare"
CI = ".github/workflows/ci.yml"
#: they name the Python and the Node that are needed, the licence, or the packages
NAMING = (
    *(
        CI,
        ".importlinter",
        "LICENSE",
        "README.md",
        "docs/install.md",
        "noxfile.py",
        "quant_engine/cli/doctor.py",
        "ruff.toml",
        "uv.lock",
    ),
    *(
        "contract_tests/drift/peers/package.json",
        "frontend/package.json",
        "frontend/package-lock.json",
    ),
)
PAGE = ("index.html", "assets/page.js", "assets/page.js.br", "assets/page.js.gz")
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


@dataclass(frozen=True)
class Start:
    """How one invocation ended that was started in one way."""

    way: str
    arguments: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    def shown(self) -> tuple[int, str, str]:
        """Return what the user sees, with one name for the program and any width of its boxes."""
        name = f"python -m {starts.PACKAGE}"
        texts = (one.replace(name, starts.NAME) for one in (self.stdout, self.stderr))
        out, err = (re.sub(r"[\s─]+", " ", one) for one in texts)
        return self.code, out, err


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
    declared = {
        f"{one.name}[{','.join(sorted(one.extras))}]": str(one.specifier)
        for one in map(Requirement, project["dependencies"])
    }
    found = {
        f"{one['name']}[{','.join(sorted(one.get('extras', ())))}]": one.get("specifier", "")
        for one in own["metadata"]["requires-dist"]
    }
    for name in sorted(declared.keys() | found.keys()):
        expected, shown = (
            str(SpecifierSet(one[name])) if name in one else "absent" for one in (declared, found)
        )
        if expected != shown:
            fix = "run `nox -s lock`, if the change is meant"
            yield Finding(
                PART, f"uv.lock {name.removesuffix('[]')}", "other-dependency", expected, shown, fix
            )


def ways(built: Built) -> list[str]:
    """Return how a user of the wheel starts the program: as a module, and by each command that is installed."""
    (text,) = (built.wheel[name] for name in built.wheel if name.endswith("/entry_points.txt"))
    points = configparser.ConfigParser()
    points.read_string(text.decode())
    return [starts.MODULE, *points["console_scripts"].values()]


def run_starts(
    requested: Sequence[tuple[str, tuple[str, ...], Mapping[str, str]]],
    folder: Path,
    hidden: Iterable[str],
) -> list[Start]:
    """Start the program: the way, the arguments and the settings of each start; all share an empty home."""
    order = {"hidden": [*hidden], "record": str(folder / "record"), "starts": requested}
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests.starts"],
        input=json.dumps(order),
        env={**os.environ, "QUANT_ENGINE_HOME": str(folder / "home"), "QUANT_ENGINE_PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=HANG_SECONDS,
        check=True,
    )
    pairs = zip(requested, json.loads(done.stdout), strict=True)
    return [Start(way, arguments, *ended) for (way, arguments, _), ended in pairs]


def other_starts(found: Iterable[Start], ends: Mapping[tuple[str, ...], int]) -> Iterator[Finding]:
    """Return the invocations that end with another code, or with a traceback, or in another way of starting differently."""
    first: dict[tuple[str, ...], Start] = {}
    for one in found:
        place = f"{one.way} {' '.join(one.arguments)}"
        if "Traceback" in one.stderr:
            last = one.stderr.strip().splitlines()[-1]
            yield Finding(PART, place, "traceback", "a sentence", last, FIX_START)
        elif one.code != ends[one.arguments]:
            shown = f"{one.code}: {one.stderr or one.stdout}"
            yield Finding(PART, place, "exit-code", str(ends[one.arguments]), shown, FIX_START)
        same = first.setdefault(one.arguments, one)
        if same.shown() != one.shown():
            yield Finding(
                PART, place, "another-start", str(same.shown()), str(one.shown()), FIX_START
            )


def platforms(root: Path) -> Iterator[tuple[str, str, str]]:
    """Return where a file names the oldest Python or Node, the licence or the packages: place, declared and found."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    text = {name: (root / name).read_text() for name in NAMING}
    python = project["project"]["requires-python"].removeprefix(">=")
    node = json.loads(text["frontend/package.json"])["engines"]["node"].removeprefix(">=")
    for name, found in text.items():
        for version in re.findall(r"\b(3\.\d+) or newer", found):
            yield f"{name} Python", python, version
        for version in re.findall(r"Node (\d[\d.]*) or newer", found):
            yield f"{name} Node", node, version
    yield (
        "uv.lock requires-python",
        f">={python}",
        re.findall(r'^requires-python = "(.*)"', text["uv.lock"], re.MULTILINE)[0],
    )
    yield (
        "ruff.toml target-version",
        f"py{python.replace('.', '')}",
        re.findall(r'^target-version = "(.*)"', text["ruff.toml"], re.MULTILINE)[0],
    )
    tested = re.findall(r'python(?:-version)?: \[?"([\d.]+)"', text[CI])
    yield from ((f"{CI} oldest Python", python, one) for one in tested)
    major = node.partition(".")[0]
    for version in re.findall(r'node-version: "([^"]+)"', text[CI]):
        yield f"{CI} Node", major, version
    locked = json.loads(text["frontend/package-lock.json"])["packages"]
    yield "frontend/package-lock.json Node", f">={node}", locked[""]["engines"]["node"]
    yield (
        "frontend/package-lock.json @types/node",
        major,
        locked["node_modules/@types/node"]["version"].partition(".")[0],
    )
    licence = project["project"]["license"]
    for name in (one for one in text if one.endswith("package.json")):
        yield f"{name} license", licence, json.loads(text[name])["license"]
    yield "LICENSE", licence, text["LICENSE"].split()[0]
    linter = set(root_packages(text[".importlinter"]))
    typed = {one for one in project["tool"]["mypy"]["files"] if not one.endswith(".py")}
    existing = {path.parent.name for path in root.glob("*/*.py")}
    yield ".importlinter root_packages", str(sorted(existing)), str(sorted(linter))
    yield "pyproject.toml tool.mypy.files", str(sorted(existing)), str(sorted(typed))
    extras = set(project["project"].get("optional-dependencies", ()))
    for path in (*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("quant_engine/**/*.py")):
        for extra in re.findall(r"quant-engine\[(\w+)\]", path.read_text()):
            yield f"{path.relative_to(root)} extra", extra, extra if extra in extras else "none"


def other_platforms(root: Path) -> Iterator[Finding]:
    """Return the places that name another Python, Node, licence, package or extra than the project declares."""
    for place, expected, found in platforms(root):
        if expected != found:
            yield Finding(PART, place, "other-platform", expected, found, FIX_PLATFORM)
