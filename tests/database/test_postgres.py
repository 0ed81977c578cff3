"""Numbers of events on Postgres become visible in their order, because writers follow each other."""

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import Connection, select

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.jobs import wait_for
from contract_tests.kit.postgres import PostgresServer
from quant_engine.api.jobs.models import job_events
from quant_engine.database import postgres as rules
from quant_engine.database.blocking import BlockingDatabase


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[BlockingDatabase]:
    with BlockingDatabase(postgres.database()) as opened:
        yield opened


def log(connection: Connection, job_id: str) -> None:
    values = {"job_id": job_id, "revision": 0, "event": "status", "record": "{}"}
    connection.execute(job_events.insert().values(values))


def jobs_after(database: BlockingDatabase, seq: int) -> list[tuple[int, str]]:
    """What a reader of the log finds after the last number that it has seen."""
    query = select(job_events.c.seq, job_events.c.job_id).where(job_events.c.seq > seq)
    with database.reading() as connection:
        return [(number, job_id) for number, job_id in connection.execute(query)]


def waiting_writers(database: BlockingDatabase) -> int:
    with database.reading() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        return int(connection.exec_driver_sql(query).scalar_one())


def write(database: BlockingDatabase, job_id: str) -> None:
    with database.writing() as connection:
        log(connection, job_id)


def test_a_reader_loses_no_event(database: BlockingDatabase) -> None:
    later = Thread(target=write, args=(database, "later"))
    with database.writing() as connection:
        log(connection, "first")
        later.start()
        wait_for(lambda: waiting_writers(database) == 1)
        assert jobs_after(database, 0) == []
    later.join(HANG_SECONDS)
    assert [job for _, job in jobs_after(database, 0)] == ["first", "later"]


def test_without_the_lock_a_reader_loses_one(
    database: BlockingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LOCK", "SELECT 1")
    later = Thread(target=write, args=(database, "later"))
    with database.writing() as connection:
        log(connection, "first")
        later.start()
        later.join(HANG_SECONDS)
        ((seen, job_id),) = jobs_after(database, 0)
        assert job_id == "later"
    assert jobs_after(database, seen) == []
    assert [job for _, job in jobs_after(database, 0)] == ["first", "later"]
