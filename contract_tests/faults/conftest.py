"""A filled service that waits for no lock and logs nothing, for each test of faults."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contract_tests.kit.homes import FilledService, long_home
from quant_engine.database import file as database_file


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # the service waits for a lock that another program holds, but not for long
    monkeypatch.setattr(database_file, "BUSY_SECONDS", 0.02)
    # the service logs thousands of failures
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[FilledService]:
    async with long_home(tmp_path) as served:
        yield served
