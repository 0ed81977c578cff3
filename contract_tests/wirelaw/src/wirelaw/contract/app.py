"""Exports the contract of an app by importing it, in a process of its own that the repository's interpreter runs.

This is the only part that executes code of the repository.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 120
#: the last line on standard output is the document; what the app itself prints comes before
_PROGRAM = """
import importlib, json, sys
module, _, name = sys.argv[1].partition(":")
app = importlib.import_module(module)
for step in (name or "app").split("."):
    app = getattr(app, step)
if not hasattr(app, "openapi") and callable(app):
    app = app()
print()
print(json.dumps(app.openapi()))
"""


class ExportError(Exception):
    """The app could not be imported, or has no contract; the message is one sentence."""


def export(root: Path, app: str, seconds: float = SECONDS) -> dict[str, Any]:
    """Import `module:app` (or `module:function`, which is called) and return its OpenAPI document.

    Args:
        root: the repository; its virtual environment is used where there is one, else this interpreter.
        app: as uvicorn takes it; the module is looked for in `root` and in the folders below it.
        seconds: after which the import is stopped.

    Raises:
        ExportError: with the reason.
    """
    folder = _folder_of(root, app.partition(":")[0])
    if folder is None:
        raise ExportError(f"no module {app.partition(':')[0]} below {root}")
    environment = {**os.environ, "PYTHONPATH": _joined(folder, os.environ.get("PYTHONPATH"))}
    command = [_interpreter(root, folder), "-c", _PROGRAM, app]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise ExportError(f"importing {app} took more than {seconds:g} s") from None
    except OSError as error:
        raise ExportError(f"{command[0]} does not run: {error}") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise ExportError(f"importing {app} with {command[0]} failed: {lines[-1]}")
    try:
        document = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise ExportError(f"{app} has printed no OpenAPI document") from None
    if not isinstance(document, dict):
        raise ExportError(f"{app} is no FastAPI app: its openapi() is no object")
    return document


def _joined(folder: Path, path: str | None) -> str:
    return os.pathsep.join([str(folder), *([path] if path else [])])


def _folder_of(root: Path, module: str) -> Path | None:
    """Return the folder from which the module can be imported, the nearest one first."""
    steps = Path(*module.split("."))
    for depth in ("", "*/", "*/*/"):
        for suffix in (".py", "/__init__.py"):
            found = sorted(root.resolve().glob(f"{depth}{steps}{suffix}"))
            if found:
                above = len(steps.parts) + (suffix != ".py")
                return found[0].parents[above - 1]
    return None


def _interpreter(root: Path, folder: Path) -> str:
    """Return the Python of the nearest virtual environment, or this one."""
    inside = [folder, *(one for one in folder.parents if one.is_relative_to(root.resolve()))]
    for place in inside:
        for name in (".venv", "venv", "env"):
            for program in ("bin/python", "Scripts/python.exe"):
                if (place / name / program).exists():
                    return str(place / name / program)
    return sys.executable
