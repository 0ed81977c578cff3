"""What can break below the service, each as something that is done to the real thing."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.api.furnished import Site

BROKEN_JSON = (b"", b"{", b"[]", b"null", b"\xff", b"NaN", b'{"job_id": 7}', b"[" * 100_000)


@dataclass(frozen=True)
class Fault:
    """One way to break a part."""

    name: str
    happen: Callable[[Site], Awaitable[None]]


# the database


def table_gone(table: str) -> Fault:
    """A table that another program renamed."""

    async def happen(site: Site) -> None:
        _execute(site, f"ALTER TABLE {table} RENAME TO elsewhere")

    return Fault(f"{table} gone", happen)


def cell(table: str, column: str, value: Any) -> Fault:
    """A value that no code of ours writes."""

    async def happen(site: Site) -> None:
        _execute(site, f"UPDATE {table} SET {column} = ?", value)  # noqa: S608

    return Fault(f"{table}.{column} {value!r}"[:90], happen)


def cells(table: str, column: str, *values: Any) -> list[Fault]:
    """Several such values."""
    return [cell(table, column, value) for value in values]


async def _garbage(site: Site) -> None:
    await site.let_go()
    _execute(site, "PRAGMA wal_checkpoint(TRUNCATE)")
    file = site.file("quant_engine.db")
    with file.open("r+b") as damaged:
        damaged.write(b"this is no database" * (file.stat().st_size // 19))


async def _damaged_pages(site: Site) -> None:
    await site.let_go()
    _execute(site, "PRAGMA wal_checkpoint(TRUNCATE)")
    file = site.file("quant_engine.db")
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xa5" * (size - 4096))


async def _locked(site: Site) -> None:
    await site.let_go()
    other = site.beside()
    # in write-ahead mode readers are never kept out
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    site.held.append(other)


async def _folder_as_database(site: Site) -> None:
    await site.let_go()
    for file in site.home.glob("quant_engine.db*"):
        file.unlink()
    site.file("quant_engine.db").mkdir()


GARBAGE = Fault("database garbage", _garbage)
LOCKED = Fault("database locked", _locked)
DATABASE = [
    GARBAGE,
    LOCKED,
    Fault("database pages damaged", _damaged_pages),
    Fault("database a folder", _folder_as_database),
]


def row_gone(table: str, where: str) -> Fault:
    """A row that others of the same thing need."""

    async def happen(site: Site) -> None:
        _execute(site, f"DELETE FROM {table} WHERE {where}")  # noqa: S608

    return Fault(f"{table} without {where}", happen)


def _execute(site: Site, statement: str, *values: Any) -> None:
    other = site.beside()
    other.execute(statement, values)
    other.close()


# files


def file_gone(path: str) -> Fault:
    """A file that somebody removed."""

    async def happen(site: Site) -> None:
        site.file(path).unlink()

    return Fault(f"{path} gone", happen)


def file_a_folder(path: str) -> Fault:
    """A folder in a file's place: what root cannot read either."""

    async def happen(site: Site) -> None:
        site.file(path).unlink()
        site.file(path).mkdir()

    return Fault(f"{path} a folder", happen)


def folder_a_file(path: str) -> Fault:
    """A file in a folder's place."""

    async def happen(site: Site) -> None:
        shutil.rmtree(site.file(path))
        site.file(path).write_text("not a folder")

    return Fault(f"{path} a file", happen)


def content(path: str, bytes_: bytes) -> Fault:
    """A file with other bytes in it."""

    async def happen(site: Site) -> None:
        site.file(path).write_bytes(bytes_)

    return Fault(f"{path} {bytes_[:24]!r}", happen)


def broken_file(path: str, *more: bytes) -> list[Fault]:
    """Every way in which a file of JSON cannot be read."""
    return [file_a_folder(path), *(content(path, bytes_) for bytes_ in (*BROKEN_JSON, *more))]


def changed(path: str, *changes: tuple[bytes, bytes]) -> list[Fault]:
    """A file of JSON with a value that is not of its type."""

    def change(old: bytes, new: bytes) -> Fault:
        async def happen(site: Site) -> None:
            file = site.file(path)
            before = file.read_bytes()
            assert old in before
            file.write_bytes(before.replace(old, new, 1))

        return Fault(f"{path} {new.decode()}"[:90], happen)

    return [change(old, new) for old, new in changes]


# prices


async def _prices_gone(site: Site) -> None:
    site.move_prices_away()


async def _prices_a_file(site: Site) -> None:
    site.move_prices_away()
    site.prices.write_text("not a folder")


async def _damaged_prices(site: Site) -> None:
    site.move_prices_away()
    site.prices.mkdir()
    (site.prices / "AAA.csv").write_bytes(b"\xff\x00 no prices")


PRICES = [
    Fault("prices gone", _prices_gone),
    Fault("prices a file", _prices_a_file),
    *broken_file("data/files.json"),
]
#: costs a process that reads the prices
PRICES_DAMAGED = Fault("prices damaged", _damaged_prices)
