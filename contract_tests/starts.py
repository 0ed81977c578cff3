"""Starts the program in every way that users have, in forks of one process that finds only what users install.

`python -m contract_tests.starts` reads what to hide and how to start, and prints how each invocation ended.
"""

import importlib
import json
import os
import runpy
import sys
import tempfile
from contextlib import suppress
from typing import Any

from contract_tests.lookups import Lookups

MODULE = "-m"  #: this way starts the package, as `python -m quant_engine`; every other way calls `module:function`
PACKAGE = "quant_engine"
NAME = "quant-engine"


def start(way: str, arguments: list[str]) -> None:
    """Start the program as the console or Python does."""
    sys.argv = [NAME, *arguments]
    if way == MODULE:
        runpy.run_module(PACKAGE, run_name="__main__", alter_sys=True)
    # a command is a file, and part of no package
    sys.modules["__main__"].__package__ = None
    module, _, function = way.partition(":")
    target: Any = importlib.import_module(module)
    for name in function.split("."):
        target = getattr(target, name)
    sys.exit(target())


def started(
    lookups: Lookups, way: str, arguments: list[str], settings: dict[str, str]
) -> list[Any]:
    """Start the program in a fork; return its exit code, and what it printed to stdout and stderr."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os.environ.update(settings)
            # nothing runs on after a test that was stopped
            importlib.import_module(f"{PACKAGE}.api.jobs.lifeline").die_with_parent()
            _run(way, arguments, lookups)
        _, status = os.waitpid(child, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read())
    return [os.waitstatus_to_exitcode(status), *texts]


def _run(way: str, arguments: list[str], lookups: Lookups) -> None:
    code: Any = 1
    try:
        start(way, arguments)
    except SystemExit as error:
        code = error.code or 0
        lookups.look_for_preloads()
    except BaseException as error:  # noqa: BLE001 - as Python itself ends
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        for file in (sys.stdout, sys.stderr):
            with suppress(OSError):
                file.flush()
        os._exit(code if isinstance(code, int) else 1)


def main() -> None:
    order = json.load(sys.stdin)
    lookups = Lookups(order["hidden"], order["record"])
    lookups.watch()
    # what every start loads, once for all forks
    importlib.import_module(f"{PACKAGE}.cli")
    json.dump([started(lookups, *one) for one in order["starts"]], sys.stdout)


if __name__ == "__main__":
    main()
