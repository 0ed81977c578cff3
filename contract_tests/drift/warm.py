"""Runs Python programs in forks of a process that has loaded their libraries: loading takes most of their time.

    python warm.py SOCKET

A program cannot affect another one. This process imports no code of the project, because each tree has its own.
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

#: what gates load; if one is missing, the program that needs it fails
LIBRARIES = (
    *("alembic.command", "anyio", "fastapi", "httpx", "hypothesis.stateful"),
    *("jsonschema", "lightgbm", "numpy", "pandas", "pyarrow.parquet", "pydantic_settings"),
    *(
        "pytest",
        "referencing",
        "rich.console",
        "schemathesis",
        "scipy.stats",
        "skops.io",
        "sklearn.ensemble",
    ),
    *("sse_starlette", "typer.testing", "uvicorn", "exchange_calendars"),
)


def serve(path: str) -> None:
    """Load the libraries, then run requested programs until the lab ends."""
    # no module is imported from the folder of this file
    del sys.path[0]
    # a fork has none of the threads of its parent
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # garbage collection would make each fork copy these pages
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
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _run(connection)
        connection.close()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _run(connection: socket.socket) -> None:
    """Run one program in a process group of its own; reply with its status and its seconds of CPU."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    stream = connection.makefile("rw")
    request = json.loads(stream.readline())
    program = os.fork()
    if program == 0:
        connection.close()
        _become(request)
    threading.Thread(target=_end_with_lab, args=(connection,), daemon=True).start()
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    _, status, usage = os.wait4(program, 0)
    code = os.waitstatus_to_exitcode(status)
    stream.write(json.dumps([code, usage.ru_utime + usage.ru_stime]) + "\n")
    with contextlib.suppress(OSError):
        stream.flush()
    os._exit(0)


def _end_with_lab(connection: socket.socket) -> None:
    """Kill the program when the lab closes the connection; the lab sends nothing else on it."""
    # the connection is reset if the lab ended before it read the reply
    with contextlib.suppress(ConnectionResetError):
        connection.recv(1)
    os.killpg(0, signal.SIGKILL)


def _become(request: dict[str, Any]) -> None:
    """Become `python -m MODULE ARGUMENTS…` in a folder."""
    output = os.open(request["output"], os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(request["environment"])
    # a library may have read it from another environment while it was loaded
    tempfile.tempdir = None
    os.chdir(request["folder"])
    sys.path[:0] = [request["folder"], *os.environ["PYTHONPATH"].split(os.pathsep)]
    module, *arguments = request["module"]
    sys.argv = [module, *arguments]
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does at the top
        traceback.print_exc()
        code = 1
    with contextlib.suppress(BaseException):
        # the interpreter does this at its end; the functions have no public name
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        atexit._run_exitfuncs()  # noqa: SLF001 - as above
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
