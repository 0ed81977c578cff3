"""No power is cut in tests, so nothing that they write waits for the disk; what they check is the order of writes."""

import os

from quant_engine.database import sqlite

SYNCHRONOUS = sqlite.SYNCHRONOUS  #: what the product sets


def skip_disk_sync() -> None:
    """Let this process write without waiting for the disk: its connections to SQLite, and its files."""
    sqlite.SYNCHRONOUS = "OFF"
    setattr(os, "fsync", _skip)  # noqa: B010 - mypy allows no assignment to a function


def _skip(_descriptor: object) -> None:
    """Do nothing."""
