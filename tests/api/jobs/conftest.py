"""A store on a database of its own, and its notifier."""

from collections.abc import AsyncIterator

import pytest

from quant_engine.api.jobs.notifier import Notifier
from quant_engine.api.jobs.store import JobStore
from quant_engine.database.engine import Database, database_of


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
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = database_of(database_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def store(database: Database, notifier: LossyNotifier) -> JobStore:
    return JobStore(database, notifier, max_queued=100)
