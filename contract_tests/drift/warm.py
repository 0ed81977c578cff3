"""Runs Python programs from a process in which their libraries are loaded already: loading is most of what they take.

    python warm.py SOCKET

Each program is a fork of it, so nothing that one does is seen by another. It imports nothing of the project,
whose code is another one in each tree.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import threading
import traceback
from typing import Any

#: what gates load; where one of them is missing, the program loads it or says so
LIBRARIES = (
    *("alembic.command", "anyio", "fastapi", "httpx", "hypothesis.stateful"),
    *(
        "jsonschema",
        "lightgbm",
        "numpy",
        "pandas",
        "pyarrow.parquet",
        "pydantic_settings",
        "pytest",
    ),
    *("referencing", "rich.console", "schemathesis", "scipy.stats", "skops.io", "sklearn.ensemble"),
    *("sqlalchemy.ext.asyncio", "sse_starlette", "typer.testing", "uvicorn", "exchange_calendars"),
)


def serve(path: str) -> None:
    """Load the libraries; then run whatever is asked for, until whoever asks is gone."""
    # the folder of this file is no place to import from
    del sys.path[0]
    # threads that were there before a fork are not there after it
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # what is here already is never collected, or each fork would copy all of it
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        asker, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _keep(asker)
        asker.close()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _keep(asker: socket.socket) -> None:
    """Run one program in a group of its own, and say how it ended and what it cost."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    stream = asker.makefile("rw")
    asked = json.loads(stream.readline())
    program = os.fork()
    if program == 0:
        asker.close()
        _become(asked)
    threading.Thread(target=_end_with_asker, args=(asker,), daemon=True).start()
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    _, status, usage = os.wait4(program, 0)
    code = os.waitstatus_to_exitcode(status)
    stream.write(json.dumps([code, usage.ru_utime + usage.ru_stime]) + "\n")
    with contextlib.suppress(OSError):
        stream.flush()
    os._exit(0)


def _end_with_asker(asker: socket.socket) -> None:
    """Leave nothing running that nobody waits for any more: whoever asked says nothing else, until it is gone."""
    # reset, where it was told something that it did not live to read
    with contextlib.suppress(ConnectionResetError):
        asker.recv(1)
    os.killpg(0, signal.SIGKILL)


def _become(asked: dict[str, Any]) -> None:
    """Be `python -m MODULE ARGUMENTS…` in a folder."""
    output = os.open(asked["output"], os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(asked["environment"])
    # whoever asked for it while it was loaded got that of another environment
    tempfile.tempdir = None
    os.chdir(asked["folder"])
    sys.path[:0] = [asked["folder"], *os.environ["PYTHONPATH"].split(os.pathsep)]
    module, *arguments = asked["module"]
    sys.argv = [module, *arguments]
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter does with what nobody caught
        traceback.print_exc()
        code = 1
    with contextlib.suppress(BaseException):
        # what an interpreter does at its end, and has no public name for
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as an interpreter ends
        atexit._run_exitfuncs()  # noqa: SLF001 - likewise
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
