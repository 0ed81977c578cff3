"""A store on a database of its own, and its notifier."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore
from quant_engine.database.file import FileDatabase


class LossyNotifier(Notifier):
    """A notifier that loses every notification once `is_lossy` is set."""

    is_lossy = False

    def notify(self, *keys: str) -> None:
        if not self.is_lossy:
            super().notify(*keys)


@pytest.fixture
def notifier() -> LossyNotifier:
    return LossyNotifier()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[FileDatabase]:
    opened = FileDatabase(f"sqlite:///{tmp_path}/jobs.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def store(database: FileDatabase, notifier: LossyNotifier) -> JobStore:
    return JobStore(database, notifier, max_queued=100)
