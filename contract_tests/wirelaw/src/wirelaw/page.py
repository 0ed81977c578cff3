"""The TypeScript sources of a repository, read by a program of Node that uses TypeScript's own parser and checker."""

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from wirelaw.finding import Unseen
from wirelaw.tree import Tree

#: of a heap of 4 GB: a program of some thousand files takes one
HEAP_MB = 4096
#: a tree of 30,000 files takes a tenth of it
LIMIT_SECONDS = 900.0
#: in this order; the same as in page/program.mjs
CONFIGURATIONS = ("tsconfig.app.json", "tsconfig.json", "jsconfig.json")
Facts = dict[str, list[dict[str, Any]]]
_ERROR = re.compile(r"^(?:Uncaught )?\w*Error(?: \[\w+\])?: .*", re.MULTILINE)


def read(tree: Tree, skipped: Iterable[str] = ()) -> tuple[Facts, list[Unseen]]:
    """Return the facts of the page by the name of their reader, and what could not be looked at.

    `skipped` are readers whose facts are not needed.
    """
    if not tree.page:
        return defaultdict(list), []
    node = shutil.which("node")
    if node is None:
        return _nothing("Node is not installed; install Node 18 or newer")
    with as_file(files("wirelaw") / "page") as folder:
        return _run(node, folder / "main.mjs", tree, skipped)


def _run(
    node: str, program: Path, tree: Tree, skipped: Iterable[str]
) -> tuple[Facts, list[Unseen]]:
    root = tree.root.resolve()
    request = {"root": str(root), "projects": _projects(tree), "skipped": [*skipped]}
    try:
        done = subprocess.run(
            [node, f"--max-old-space-size={HEAP_MB}", str(program)],
            input=json.dumps(request).encode(),
            capture_output=True,
            check=False,
            cwd=root / _first_project(tree),
            env=os.environ,
            timeout=LIMIT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _nothing(f"Node did not end: {error}")
    if done.returncode != 0:
        printed = done.stderr.decode("utf-8", "replace")
        match = _ERROR.search(printed)
        reason = match[0] if match else (printed.strip().splitlines() or ["no message"])[-1]
        return _nothing(f"Node ended with {done.returncode}: {reason}")
    answer = json.loads(done.stdout)
    return defaultdict(list, answer["facts"]), [Unseen(**one) for one in answer["unseen"]]


def _nothing(reason: str) -> tuple[Facts, list[Unseen]]:
    return defaultdict(list), [Unseen("the page", reason)]


def _first_project(tree: Tree) -> str:
    """Return the folder whose TypeScript is used: the first project with one installed."""
    installed = (
        one for one in tree.projects if (tree.root / one / "node_modules/typescript").exists()
    )
    return next(installed, "")


def _projects(tree: Tree) -> list[dict[str, Any]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in tree.page:
        found[tree.project_of(path) or ""].append(path)
    return [{"folder": folder, "files": paths} for folder, paths in sorted(found.items())]
