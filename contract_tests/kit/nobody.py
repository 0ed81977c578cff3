"""Runs code as a user without rights: tests may run as root, and permissions do not stop root."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_IWOTH
from tempfile import gettempdir

import pytest

NOBODY = 65_534

only_root_can = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


def as_nobody(work: Callable[[], object]) -> str:
    """Run a function in a child process without rights; return the text of its exception."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        message = "nothing was raised"
        try:
            os.setuid(NOBODY)
            work()
        except Exception as error:  # noqa: BLE001 - its text goes to the parent
            message = f"{type(error).__name__}: {error}"
        os.write(write, message.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        message = pipe.read()
    os.waitpid(child, 0)
    return message


def let_everybody_read(folder: Path) -> None:
    """Let every user reach `folder` and read its files."""
    # the one that everybody may write to: a process may have a private one of its own in it
    temporary = next((p for p in folder.parents if p.stat().st_mode & S_IWOTH), Path(gettempdir()))
    for place in (folder, *folder.parents):
        if temporary in place.parents:
            place.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)
