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
WIRELAW = Path("contract_tests", "wirelaw")
UI = "quant_engine/api/ui"
SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_\w{36}")
TEST = re.compile(r"(^|/)(tests?|fixtures|conftest\.py|test_\w+\.py|.*\.test\.\w+)(/|$)")


@dataclass(frozen=True)
class Distribution:
    """One of the two distributions that this repository builds."""

    folder: Path  #: with its pyproject.toml, below the root
    package: str  #: of the wheel
    patterns: tuple[str, ...]  #: its files in the package
    planted: Mapping[
        str, str
    ]  #: what other programs put there: the place in the wheel, by the place in a checkout
    sources: frozenset[str]  #: of the sdist, beside what the wheel contains
    prefix: str = ""  #: of the package in the folder and in the sdist


_SOURCES = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
SERVICE = Distribution(
    Path(),
    "quant_engine",
    ("*.py",),
    {
        f"frontend/dist/{name}": f"{UI}/{name}"
        for name in ("index.html", "assets/page.js", "assets/page.js.br", "assets/page.js.gz")
    },
    frozenset({*_SOURCES, "hatch_build.py"}),
)
TOOL = Distribution(
    WIRELAW,
    "wirelaw",
    ("*.py", "*.mjs"),
    {
        f"frontend/node_modules/typescript/{name}": f"wirelaw/page/bundled/{Path(name).name}"
        for name in (
            *("lib/typescript.js", "lib/lib.d.ts", "lib/lib.dom.d.ts"),
            *("package.json", "LICENSE.txt", "ThirdPartyNoticeText.txt"),
        )
    },
    frozenset({*_SOURCES, "bundle.py"}),
    "src/",
)


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


def build(root: Path, folder: Path, what: Distribution = SERVICE) -> Built:
    """Build sdist and wheel of a copy of a tree, in a folder."""
    tree = folder / "tree"
    if what is SERVICE:
        _copy(root, tree)
    else:
        ignored = shutil.ignore_patterns("__pycache__", "bundled", "*_tests")
        shutil.copytree(root / what.folder, tree / what.folder, ignore=ignored)
        shutil.copy(root / ".gitignore", tree)
    for name in what.planted:
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    project = tree / what.folder
    wheel = _wheel(project, folder / "wheel")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        (packed,) = SdistBuilder(str(project)).build(directory=str(folder / "sdist"))
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


def deviations(root: Path, built: Built, what: Distribution = SERVICE) -> Iterator[Finding]:
    """Return what is missing in the packages, and what is there and should not be."""
    project = tomllib.loads((root / what.folder / "pyproject.toml").read_text())["project"]
    name = f"{project['name'].replace('-', '_')}-{project['version']}"
    infos = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    package = {*_modules(root, what), *what.planted.values()}
    wheel = package | {f"{name}.dist-info/{file}" for file in infos}
    sources = {f"{what.prefix}{one}" for one in package} | what.sources
    yield from _differences("wheel", wheel, built.wheel)
    yield from _differences("sdist", sources, built.sdist)
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


def _modules(root: Path, what: Distribution) -> Iterator[str]:
    folder = root / what.folder / what.prefix
    for pattern in what.patterns:
        for path in (folder / what.package).rglob(pattern):
            name = path.relative_to(folder).as_posix()
            if "__pycache__" not in path.parts and not name.startswith(UI):
                yield name


def _differences(place: str, expected: set[str], found: Iterable[str]) -> Iterator[Finding]:
    for name in sorted(expected - set(found)):
        yield Finding(PART, f"{place} {name}", "not-shipped", "this file", "no such file", FIX)
    for name in sorted(set(found) - expected):
        fix = f"{FIX}; or its Distribution in contract_tests/packages.py if users need it"
        yield Finding(PART, f"{place} {name}", "shipped", "no such file", "this file", fix)


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
    packages = {*existing, TOOL.package}
    yield ".importlinter root_packages", str(sorted(packages)), str(sorted(linter))
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
