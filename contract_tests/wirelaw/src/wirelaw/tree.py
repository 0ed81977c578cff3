"""The files of a repository: Python sources, TypeScript sources, and the projects that the latter belong to.

It never follows a link, so no loop of links and nothing outside the root is read.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from wirelaw.finding import Unseen

#: folders of dependencies, build output and tools
SKIPPED_FOLDERS = frozenset(
    [
        "node_modules",
        "bower_components",
        "dist",
        "build",
        "out",
        "target",
        "coverage",
        "htmlcov",
        "site-packages",
        "__pycache__",
        "venv",
        "env",
        "storybook-static",
        "playwright-report",
        "test-results",
    ]
)
#: folders of code that does not run in the service or on the page
TEST_FOLDERS = frozenset(
    [
        "tests",
        "test",
        "__tests__",
        "__mocks__",
        "e2e",
        "mocks",
        "fixtures",
        "testing",
        "docs",
        "examples",
        "evals",
        "benchmarks",
        "alembic",
        "migrations",
    ]
)
_TEST_FILE = re.compile(
    r"(^test_.*|.*_test|^conftest)\.py$|\.(test|spec|stories|mock)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$|\.min\.js$"
)
_TEST_CODE = re.compile(rb"\bdef test_|\bimport (pytest|unittest)|\bfrom (pytest|unittest)")
_PAGE_FILE = re.compile(r"\.[cm]?[jt]sx?$")
_SCRIPT = re.compile(r"\.[cm]?js$")
#: a JavaScript file of this size is a bundle: no one writes it, and the checker takes minutes for it
MAX_SCRIPT_BYTES = 1_000_000


@dataclass(frozen=True)
class Tree:
    """The source files of one repository, as sorted paths relative to `root`, with /."""

    root: Path
    python: tuple[str, ...]
    page: tuple[str, ...]
    #: folders with a `tsconfig.json`, `jsconfig.json` or `package.json`, relative to `root`; "" is the root itself
    projects: tuple[str, ...]
    exclude: tuple[str, ...] = field(default=())
    #: folders and files that could not be listed
    unseen: tuple[Unseen, ...] = field(default=())
    #: JavaScript that was left out because of its size
    bundles: tuple[str, ...] = field(default=())

    @classmethod
    def walk(
        cls,
        root: Path,
        exclude: Iterable[str] = (),
        service: Iterable[str] = (),
        page: Iterable[str] = (),
    ) -> "Tree":
        """Walk a folder.

        `exclude` has folders, or patterns of paths as `fnmatch` takes them, such as `legacy/*`. `service` and `page`
        are the folders of the Python and the TypeScript sources; without them, all.
        """
        patterns, services, pages = tuple(exclude), tuple(service), tuple(page)
        python: list[str] = []
        sources: list[str] = []
        bundles: list[str] = []
        projects: list[str] = []
        unseen: list[Unseen] = []
        for path in _files(root, patterns, unseen):
            name = PurePosixPath(path).name
            if name in {"tsconfig.json", "jsconfig.json", "package.json"}:
                projects.append(str(PurePosixPath(path).parent).removeprefix("."))
            elif _TEST_FILE.search(name) and not _is_about_tests(root / path):
                continue
            elif name.endswith(".py") and _is_below(path, services):
                python.append(path)
            elif _PAGE_FILE.search(name) and _is_below(path, pages):
                is_bundle = _SCRIPT.search(name) and _size(root / path) > MAX_SCRIPT_BYTES
                (bundles if is_bundle else sources).append(path)
        return cls(
            root,
            tuple(sorted(python)),
            tuple(sorted(sources)),
            tuple(sorted(set(projects))),
            patterns,
            tuple(unseen),
            tuple(sorted(bundles)),
        )

    def project_of(self, path: str) -> str | None:
        """Return the nearest project above a file of the page."""
        above = (str(one).removeprefix(".") for one in PurePosixPath(path).parents)
        return next((one for one in above if one in self.projects), None)

    @property
    def pages(self) -> tuple[str, ...]:
        """The projects that have files of the page; "" where a file belongs to none."""
        return tuple(sorted({self.project_of(path) or "" for path in self.page}))


def _files(root: Path, exclude: tuple[str, ...], unseen: list[Unseen]) -> Iterator[str]:
    def failed(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        unseen.append(Unseen(name, error.strerror or str(error)))

    for folder, names, files in os.walk(root, onerror=failed, followlinks=False):
        base = Path(folder).relative_to(root)
        names[:] = sorted(
            name
            for name in names
            if _is_source_folder(name) and not _is_excluded((base / name).as_posix(), exclude)
        )
        for name in files:
            if not name.endswith((".json", ".py")) and not _PAGE_FILE.search(name):
                continue
            path = (base / name).as_posix()
            # no link, and nothing that a reader would wait for, such as a pipe
            if not _is_excluded(path, exclude) and stat.S_ISREG(_mode(root / path)):
                yield path


def _is_source_folder(name: str) -> bool:
    return not name.startswith(".") and name not in SKIPPED_FOLDERS and name not in TEST_FOLDERS


def _is_excluded(path: str, patterns: tuple[str, ...]) -> bool:
    return any(path == one.rstrip("/") or fnmatchcase(path, one) for one in patterns)


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    names = (one.strip("/").removeprefix("./") for one in folders)
    return not folders or any(one in {"", "."} or path.startswith(f"{one}/") for one in names)


def _is_about_tests(path: Path) -> bool:
    """Whether a module with the name of a test declares something else, such as the model of a set of tests."""
    try:
        text = path.read_bytes() if path.match("test_*.py") else b""
    except OSError:
        return False
    return (b"\nclass " in text or b"\n@" in text) and _TEST_CODE.search(text) is None


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:  # deleted since it was listed
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
