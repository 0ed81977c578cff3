"""What tests do not wait for: the disk, because no power is cut, and the pause before a lost job is tried again."""

import os

from quant_engine.api.jobs import store
from quant_engine.database import sqlite

SYNCHRONOUS = sqlite.SYNCHRONOUS  #: what the product sets
BACKOFF_SECONDS = store.BACKOFF_SECONDS  #: likewise


def skip_waits() -> None:
    """Let this process wait for neither, in its connections to SQLite, its files and its jobs."""
    store.BACKOFF_SECONDS = 0.0
    sqlite.SYNCHRONOUS = "OFF"
    setattr(os, "fsync", _skip)  # noqa: B010 - mypy allows no assignment to a function


def _skip(_descriptor: object) -> None:
    """Do nothing."""
