"""The TypeScript sources of a repository, read by a program of Node that uses TypeScript's own parser and checker."""

import json
import os
import shutil
import subprocess
from collections import defaultdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from wirelaw.finding import Unseen
from wirelaw.tree import Tree

#: of a heap of 4 GB: a program of some thousand files takes one
HEAP_MB = 4096
Facts = dict[str, list[dict[str, Any]]]


def read(tree: Tree) -> tuple[Facts, list[Unseen]]:
    """Return the facts of the page by kind, and what could not be looked at."""
    if not tree.page:
        return {}, []
    node = shutil.which("node")
    if node is None:
        return {}, [Unseen("the page", "Node is not installed; install Node 18 or newer")]
    with as_file(files("wirelaw") / "page") as folder:
        return _run(node, folder / "main.mjs", tree)


def _run(node: str, program: Path, tree: Tree) -> tuple[Facts, list[Unseen]]:
    request = {"root": str(tree.root.resolve()), "projects": _projects(tree)}
    done = subprocess.run(
        [node, f"--max-old-space-size={HEAP_MB}", str(program)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=tree.root / _first_project(tree),
        env=os.environ,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        for line in done.stderr.splitlines():
            if "Error:" in line:
                reason = line.strip()
                break
        return {}, [Unseen("the page", f"Node ended with {done.returncode}: {reason}")]
    answer = json.loads(done.stdout)
    return answer["facts"], [Unseen(**one) for one in answer["unseen"]]


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
