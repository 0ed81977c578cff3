"""Faults below the service at its start, and a full disk: no accepted job is lost.

What breaks below an operation while the service runs is the gate's: `contract_tests/faults`.
"""

import asyncio
import os
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from contract_tests.kit.answers import queued, refusal
from contract_tests.kit.nobody import as_nobody, let_everybody_read, only_root_can
from contract_tests.kit.service import idle_app, running
from quant_engine.api.home import Home, owner
from quant_engine.database import file as database_file
from quant_engine.database.errors import unavailable
from quant_engine.database.file import FileDatabase
from quant_engine.domain.errors import ErrorCode, Unavailable
from tests.api.conftest import Start, submit


def beside(home: Path) -> sqlite3.Connection:
    """Open the database as another program does."""
    return sqlite3.connect(home / "quant_engine.db", isolation_level=None, timeout=0)


async def refuse_to_start(home: Path, message: str) -> FastAPI:
    app = idle_app(home)
    with pytest.raises(Unavailable, match=message):
        async with app.state.service.lifespan(app):
            pass
    return app


# the database at the start


@pytest.mark.parametrize(
    "content", [b"this is no database" * 500, b"SQLite format 3\x00" + b"\xff" * 9000]
)
async def test_a_file_that_is_no_database_is_refused_and_kept(home: Path, content: bytes) -> None:
    home.mkdir()  # noqa: ASYNC240, RUF100
    file = home / "quant_engine.db"
    file.write_bytes(content)
    app = await refuse_to_start(home, "damaged")
    assert file.read_bytes() == content
    assert not app.state.service.ready
    # the home is free again
    assert owner(home) is None


async def test_a_page_that_is_damaged_is_noticed_at_the_start(home: Path) -> None:
    async with running(idle_app(home, max_queued=1000)) as service:
        for _ in range(100):
            await submit(service.client)
    file = home / "quant_engine.db"
    with closing(beside(home)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    file.write_bytes(content[:-9000] + b"\xa5" * 4500 + content[-4500:])
    await refuse_to_start(home, "damaged")


async def test_a_database_has_one_service(home: Path, tmp_path: Path) -> None:
    shared = f"sqlite:///{tmp_path}/shared.db"
    async with running(idle_app(home, database_url=shared)):
        other = idle_app(tmp_path / "other", database_url=shared)
        with pytest.raises(Unavailable, match="owns this database"):
            async with other.state.service.lifespan(other):
                pass
        # the other home is free again
        assert owner(tmp_path / "other") is None
    async with running(idle_app(tmp_path / "other", database_url=shared)):
        pass


def _replace(file: Path) -> None:
    other = file.with_name("other.db")
    other.write_bytes(file.read_bytes())
    other.replace(file)


@pytest.mark.parametrize(
    "harm",
    [
        Path.unlink,
        _replace,
        lambda file: os.truncate(file, 0),
        lambda file: os.truncate(file, file.stat().st_size // 2),
        lambda file: file.with_name(f"{file.name}-wal").unlink(),
    ],
    ids=["deleted", "replaced", "empty", "cut", "log deleted"],
)
async def test_a_database_that_is_gone_is_noticed_before_a_job_is_accepted(
    home: Path, harm: Callable[[Path], object]
) -> None:
    async with running(idle_app(home)) as service:
        await submit(service.client)
        harm(home / "quant_engine.db")
        answer = await service.client.post("/api/compute/train", json={})
        refusal(answer, ErrorCode.UNAVAILABLE)
        assert "restore a backup" in answer.text
        checks = (await service.client.get("/api/system/health")).json()["data"]["checks"]
        assert "failing" in {one["status"] for one in checks if one["name"] == "database"}


async def test_a_folder_in_place_of_the_database_is_refused(home: Path) -> None:
    (home / "quant_engine.db").mkdir(parents=True)
    await refuse_to_start(home, "cannot be opened")


async def test_a_database_that_stays_locked_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "BUSY_SECONDS", 0.02)
    async with running(idle_app(home)) as service:
        await submit(service.client)
    other = beside(home)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    await refuse_to_start(home, "locked")
    other.execute("ROLLBACK")
    other.close()
    async with running(idle_app(home)) as service:
        assert await queued(service.client) == 1


# the home


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
async def test_a_home_that_is_a_file_is_refused(home: Path, below: str) -> None:
    home.write_text("not a folder")  # noqa: ASYNC240, RUF100
    await refuse_to_start(home / below, "QUANT_ENGINE_HOME")
    assert home.read_text() == "not a folder"  # noqa: ASYNC240, RUF100


async def test_a_home_has_one_owner(home: Path, client: httpx.AsyncClient) -> None:
    await submit(client)
    await refuse_to_start(home, "Another service owns")
    assert await queued(client) == 1
    await submit(client)


async def test_a_home_is_free_after_its_owner_exits(home: Path) -> None:
    for expected in range(2):
        async with running(idle_app(home)) as service:
            assert await queued(service.client) == expected
            await submit(service.client)


@only_root_can
def test_a_home_that_cannot_be_written_is_refused_with_a_message(home: Path) -> None:
    home.mkdir(mode=0o755)
    file = home / "quant_engine.db"
    asyncio.run(opened(file))
    let_everybody_read(home)
    assert as_nobody(Home(home, file).acquire).startswith(
        "Unavailable: The home directory cannot be"
    )
    assert as_nobody(Home(home / "new", file).acquire).startswith("Unavailable: The home directory")
    error = as_nobody(lambda: asyncio.run(written(file)))
    assert error.startswith("Unavailable: "), error
    assert "read-only" in error or "cannot be opened" in error


async def opened(file: Path) -> None:
    database = FileDatabase(f"sqlite:///{file}")
    await database.open()
    await database.close()


async def written(file: Path) -> None:
    database = FileDatabase(f"sqlite:///{file}")
    try:
        await database.open()
        async with database.writing() as connection:
            await connection.exec_driver_sql("DELETE FROM jobs")
    except DBAPIError as error:
        raise unavailable(error) from error
    finally:
        await database.close()


# a real service


@pytest.mark.file
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
