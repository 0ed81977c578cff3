"""What fails beneath the service is said in words and with a declared status, and loses nothing accepted."""

import asyncio
import resource
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from quant_engine.api.home import Home, owner
from quant_engine.database import engine as database_engine
from quant_engine.database.engine import Database
from quant_engine.database.sqlite import unavailable
from quant_engine.domain.errors import ErrorCode, Unavailable
from tests.api.apps import envelope, idle_app, queued, refusal, serving
from tests.api.conftest import Start
from tests.nobody import as_nobody, let_everybody_read, only_root_can

READS = ("/api/jobs", "/api/jobs?status=queued", "/api/backtests", "/api/events")


def beside(home: Path) -> sqlite3.Connection:
    """Open the database as another program does."""
    return sqlite3.connect(home / "quant_engine.db", isolation_level=None, timeout=0)


async def submit(client: httpx.AsyncClient, kind: str = "train") -> str:
    answer = await client.post(f"/api/compute/{kind}", json={})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["job_id"])


# the database while the service runs


async def test_a_locked_database_is_unavailable_until_it_is_let_go(
    home: Path, client: httpx.AsyncClient
) -> None:
    job = await submit(client)
    other = beside(home)
    other.execute("BEGIN IMMEDIATE")
    for path in ("/api/compute/train", f"/api/jobs/{job}/cancel"):
        answer = await client.post(path, json={})
        error = refusal(answer, ErrorCode.UNAVAILABLE)
        assert "locked" in error["message"]
        assert int(answer.headers["retry-after"]) > 0
    # what reads is not kept waiting by one who writes
    assert await queued(client) == 1
    other.execute("ROLLBACK")
    other.close()
    await submit(client)
    assert envelope(await client.get(f"/api/jobs/{job}"))["data"]["status"] == "queued"
    assert await queued(client) == 2


async def test_a_read_only_database_still_reads(app: FastAPI, client: httpx.AsyncClient) -> None:
    job = await submit(client)
    connections = app.state.service._database._engine.sync_engine

    def forbid(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    event.listen(connections, "begin", forbid)
    error = refusal(await client.post("/api/compute/train", json={}), ErrorCode.UNAVAILABLE)
    assert "read-only" in error["message"]
    refusal(await client.post(f"/api/jobs/{job}/cancel"), ErrorCode.UNAVAILABLE)
    assert envelope(await client.get(f"/api/jobs/{job}"))["data"]["status"] == "queued"
    event.remove(connections, "begin", forbid)
    await app.state.service._database._engine.dispose()
    await submit(client)
    assert await queued(client) == 2


async def test_a_full_database_keeps_what_it_has(app: FastAPI, client: httpx.AsyncClient) -> None:
    job = await submit(client)
    connections = app.state.service._database._engine.sync_engine

    def fill(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(connections, "begin", fill)
    body = {"tickers": ["AAPL", "BAC", "GE"]}
    accepted = [job]
    for _ in range(100):
        answer = await client.post("/api/compute/train", json=body)
        if answer.status_code != 202:
            break
        accepted.append(answer.json()["data"]["job_id"])
    error = refusal(answer, ErrorCode.UNAVAILABLE)
    assert "full" in error["message"]
    page = envelope(await client.get("/api/jobs?limit=200"))["data"]["items"]
    assert [item["job_id"] for item in page] == accepted[::-1]
    event.remove(connections, "begin", fill)


async def test_a_damaged_database_is_unavailable(
    home: Path, app: FastAPI, client: httpx.AsyncClient
) -> None:
    for _ in range(20):
        await submit(client)
    await app.state.service._database._engine.dispose()
    other = beside(home)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    file = home / "quant_engine.db"
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xa5" * (size - 4096))
    for path in READS[:3]:
        error = refusal(await client.get(path), ErrorCode.UNAVAILABLE)
        assert "damaged" in error["message"]
    refusal(await client.get("/api/events"), ErrorCode.UNAVAILABLE)
    refusal(await client.post("/api/compute/train", json={}), ErrorCode.UNAVAILABLE)
    health = envelope(await client.get("/api/system/health"))["data"]
    found = {check["name"]: check for check in health["checks"]}
    assert health["status"] == "failing"
    assert found["database"]["status"] == "failing"
    assert file.stat().st_size == size


async def test_tables_that_went_away_are_unavailable(home: Path, client: httpx.AsyncClient) -> None:
    await submit(client)
    other = beside(home)
    other.execute("ALTER TABLE jobs RENAME TO elsewhere")
    for path in READS[:3]:
        error = refusal(await client.get(path), ErrorCode.UNAVAILABLE)
        # neither SQL nor paths are a client's business
        assert not {"SELECT", "jobs.", str(home)} & set(error["message"].split())
    other.execute("ALTER TABLE elsewhere RENAME TO jobs")
    other.close()
    assert await queued(client) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("created_at", "2020-01-01T00:00:00"),
        ("created_at", "yesterday"),
        ("params", "{"),
        ("params", '{"nobody": 1}'),
        ("params", "NaN"),
        ("status", "completed"),
        ("job_type", "nothing"),
        ("progress", 7.0),
        ("error", "[]"),
        ("result", '{"nobody": 1}'),
    ],
)
async def test_a_stored_job_that_cannot_be_read_is_unavailable(
    home: Path, client: httpx.AsyncClient, column: str, value: object
) -> None:
    whole, job = await submit(client), await submit(client)
    other = beside(home)
    before = other.execute("SELECT * FROM jobs").fetchall()
    kept = other.execute(f"SELECT {column} FROM jobs WHERE job_id = ?", (job,)).fetchone()[0]  # noqa: S608
    change = f"UPDATE jobs SET {column} = ? WHERE job_id = ?"  # noqa: S608
    other.execute(change, (value, job))
    for path in (f"/api/jobs/{job}", "/api/jobs", f"/api/jobs/{job}/events"):
        error = refusal(await client.get(path), ErrorCode.UNAVAILABLE)
        assert job in error["message"]
    assert envelope(await client.get(f"/api/jobs/{whole}"))["data"]["status"] == "queued"
    other.execute(change, (kept, job))
    assert other.execute("SELECT * FROM jobs").fetchall() == before
    other.close()
    assert envelope(await client.get(f"/api/jobs/{job}"))["data"]["job_id"] == job


# the database at the start


@pytest.mark.parametrize(
    "content", [b"this is no database" * 500, b"SQLite format 3\x00" + b"\xff" * 9000]
)
async def test_a_file_that_is_no_database_is_refused_and_kept(home: Path, content: bytes) -> None:
    home.mkdir()  # noqa: ASYNC240, RUF100
    file = home / "quant_engine.db"
    file.write_bytes(content)
    app = idle_app(home)
    with pytest.raises(Unavailable, match="damaged"):
        async with app.state.service.lifespan(app):
            pass
    assert file.read_bytes() == content
    assert not app.state.service.ready
    # and the home is free again
    assert owner(home) is None


async def test_a_folder_in_the_database_s_place_is_refused(home: Path) -> None:
    (home / "quant_engine.db").mkdir(parents=True)
    app = idle_app(home)
    with pytest.raises(Unavailable, match="cannot be opened"):
        async with app.state.service.lifespan(app):
            pass


async def test_a_database_that_stays_locked_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_engine, "BUSY_SECONDS", 0.02)
    async with serving(idle_app(home)) as client:
        await submit(client)
    other = beside(home)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    app = idle_app(home)
    with pytest.raises(Unavailable, match="locked"):
        async with app.state.service.lifespan(app):
            pass
    other.execute("ROLLBACK")
    other.close()
    async with serving(idle_app(home)) as client:
        assert await queued(client) == 1


# the home


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
async def test_a_home_that_is_a_file_is_refused(home: Path, below: str) -> None:
    home.write_text("not a folder")  # noqa: ASYNC240, RUF100
    app = idle_app(home / below)
    with pytest.raises(Unavailable, match="QUANT_ENGINE_HOME"):
        async with app.state.service.lifespan(app):
            pass
    assert home.read_text() == "not a folder"  # noqa: ASYNC240, RUF100


async def test_a_home_has_one_owner(home: Path, client: httpx.AsyncClient) -> None:
    await submit(client)
    second = idle_app(home)
    with pytest.raises(Unavailable, match="Another service owns"):
        async with second.state.service.lifespan(second):
            pass
    assert await queued(client) == 1
    await submit(client)


async def test_a_home_is_free_when_its_owner_went(home: Path) -> None:
    for expected in range(2):
        async with serving(idle_app(home)) as client:
            assert await queued(client) == expected
            await submit(client)


@only_root_can
def test_what_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    file = home / "quant_engine.db"
    asyncio.run(opened(file))
    let_everybody_read(home)
    assert as_nobody(Home(home).acquire).startswith("Unavailable: The home directory cannot be")
    assert as_nobody(Home(home / "new").acquire).startswith("Unavailable: The home directory")
    said = as_nobody(lambda: asyncio.run(written(file)))
    assert said.startswith("Unavailable: "), said
    assert "read-only" in said or "cannot be opened" in said


async def opened(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    await database.open()
    await database.close()


async def written(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        await database.open()
        async with database.writing() as connection:
            await connection.exec_driver_sql("DELETE FROM jobs")
    except DBAPIError as error:
        raise unavailable(error) from error
    finally:
        await database.close()


# a real service


def test_a_full_disk_refuses_and_loses_nothing(start: Start) -> None:
    service = start("backtest=hold", workers="1")
    held = service.submit()
    service.wait(held["job_id"], lambda event: bool(event.record["progress_message"]))
    accepted = [held["job_id"], service.submit()["job_id"]]
    files = [path.stat().st_size for path in service.home.iterdir() if path.is_file()]
    pid = service.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (max(files), before[1]))
    try:
        answer = service.http.post("/api/compute/backtest", json={})
        while answer.status_code == 202:
            accepted.append(answer.json()["data"]["job_id"])
            answer = service.http.post("/api/compute/backtest", json={})
        error = refusal(answer, ErrorCode.UNAVAILABLE)
        assert "disk" in error["message"]
        listed = service.http.get("/api/jobs?limit=200").json()["data"]["items"]
        assert [item["job_id"] for item in listed] == accepted[::-1]
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    accepted.append(service.submit()["job_id"])
    service.release()
    for job in accepted:
        assert service.follow(job)[-1].record["status"] == "succeeded"


def test_a_body_of_five_megabytes_is_refused_on_a_socket(start: Start) -> None:
    service = start("backtest=hold")
    headers = {"Content-Type": "application/json"}
    for body in (b" " * 5_000_000, iter([b" " * 50_000] * 100)):
        answer = service.http.post("/api/compute/backtest", content=body, headers=headers)
        refusal(answer, ErrorCode.BODY_TOO_LARGE)
    assert service.http.get("/api/jobs").json()["data"]["items"] == []
