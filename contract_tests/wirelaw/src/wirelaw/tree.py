"""The files of a repository: Python sources, TypeScript sources, and the projects that the latter belong to.

It never follows a link, so no loop of links and nothing outside the root is read.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

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
_PAGE_FILE = re.compile(r"\.[cm]?[jt]sx?$")


@dataclass(frozen=True)
class Tree:
    """The source files of one repository, as sorted paths relative to `root`, with /."""

    root: Path
    python: tuple[str, ...]
    page: tuple[str, ...]
    #: folders with a `tsconfig.json`, `jsconfig.json` or `package.json`, relative to `root`; "" is the root itself
    projects: tuple[str, ...]
    exclude: tuple[str, ...] = field(default=())

    @classmethod
    def walk(cls, root: Path, exclude: Iterable[str] = ()) -> "Tree":
        """Walk a folder. `exclude` has patterns of paths as `fnmatch` takes them, such as `legacy/*`."""
        patterns = tuple(exclude)
        python, page, projects = [], [], []
        for path in _files(root, patterns):
            name = PurePosixPath(path).name
            if name in {"tsconfig.json", "jsconfig.json", "package.json"}:
                projects.append(str(PurePosixPath(path).parent).removeprefix("."))
            elif _TEST_FILE.search(name):
                continue
            elif name.endswith(".py"):
                python.append(path)
            elif _PAGE_FILE.search(name):
                page.append(path)
        return cls(
            root,
            tuple(sorted(python)),
            tuple(sorted(page)),
            tuple(sorted(set(projects))),
            patterns,
        )

    def project_of(self, path: str) -> str | None:
        """Return the nearest project above a file of the page."""
        above = (str(one).removeprefix(".") for one in PurePosixPath(path).parents)
        return next((one for one in above if one in self.projects), None)


def _files(root: Path, exclude: tuple[str, ...]) -> Iterator[str]:
    for folder, names, files in os.walk(root, followlinks=False):
        base = Path(folder).relative_to(root)
        names[:] = sorted(name for name in names if _is_source_folder(name))
        for name in files:
            path = (base / name).as_posix()
            if any(fnmatch(path, pattern) for pattern in exclude):
                continue
            if not (root / path).is_symlink():
                yield path


def _is_source_folder(name: str) -> bool:
    return not name.startswith(".") and name not in SKIPPED_FOLDERS and name not in TEST_FOLDERS
