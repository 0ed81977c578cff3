"""Ties a process to its parent, so that no process outlives a service that is killed."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

_parent: int | None = None


def be_parent() -> None:
    """Tell the processes that this one forks whose children they are."""
    global _parent  # noqa: PLW0603 - a fork copies it
    _parent = os.getpid()


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies; one whose parent is dead already ends here.

    Only Linux can; elsewhere a process ends when it next reads from its pipe.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if _parent is not None and os.getppid() != _parent:
        os._exit(1)
