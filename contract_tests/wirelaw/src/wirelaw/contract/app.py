"""Exports the contract of an app by importing it, in a process of its own that the repository's interpreter runs.

This is the only part that executes code of the repository.
"""

import importlib
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 120


def load(name: str) -> Any:
    """Import `module:app`, or `module:function`, which is called."""
    module, _, attribute = name.partition(":")
    app: Any = importlib.import_module(module)
    for step in (attribute or "app").split("."):
        app = getattr(app, step)
    return app() if not hasattr(app, "openapi") and callable(app) else app


#: it needs nothing of this package, because the interpreter may be an older one
_EXPORT = f"""
import importlib, json, sys
from typing import Any
{inspect.getsource(load)}
print()
print(json.dumps(load(sys.argv[1]).openapi()))
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
    document = run(root, app, _EXPORT, seconds)
    if not isinstance(document, dict):
        raise ExportError(f"{app} is no FastAPI app: its openapi() is no object")
    return document


def run(root: Path, app: str, program: str, seconds: float) -> Any:
    """Run Python with the name of an app as argument; the last line that it prints is JSON, after what the app prints.

    Args:
        root: as in `export`.
        app: as in `export`.
        program: Python.
        seconds: as in `export`.

    Raises:
        ExportError: with the reason.
    """
    folder = _folder_of(root, app.partition(":")[0])
    if folder is None:
        raise ExportError(f"no module {app.partition(':')[0]} below {root}")
    searched = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [_interpreter(root, folder), "-c", program, app]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(searched)},
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
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise ExportError(f"{app} has printed no OpenAPI document") from None


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
