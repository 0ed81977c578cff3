"""Ties a process to its parent, so that no process outlives a service that is killed."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies.

    Only Linux can; elsewhere a process ends when it next reads from its pipe. So does a process whose
    parent died before this call.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
