"""The database for the service in one SQLite file: on the event loop, and with the schema brought up to date."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.errors import DAMAGED, unavailable
from quant_engine.database.inline import InlineConnection
from quant_engine.database.sqlite import checked_url, make_private, set_up
from quant_engine.database.turns import WriterTurns
from quant_engine.database.version import SCHEMA_REVISION, schema_revision
from quant_engine.domain.errors import Unavailable

BUSY_SECONDS = 5.0  #: how long another program may hold the write lock
BUSY_RETRY_SECONDS = 0.02
LEAST_FREE_PAGES = 256  #: fewer are left in the file, where new rows use them
PORTION_PAGES = 500  #: moved in one transaction, for which other writers wait
GONE = (
    "The database file was deleted, replaced or cut while the service ran. Stop the service, put the file back or "
    "restore a backup with quant-engine restore, and start it again."
)

_log = logging.getLogger(__name__)


class FileDatabase:
    """One SQLite file; any other URL raises `Unavailable`."""

    def __init__(self, url: str) -> None:
        self._url = checked_url(url)
        self.path = Path(str(self._url.database))
        self.connection_class: type[InlineConnection] = InlineConnection
        # the loop never blocks on another program's lock: `writing` tries again instead. Only the switch of
        # a new file to WAL may block, for `SWITCH_SECONDS`; the file of a running service is switched already
        self.engine = create_engine(
            self._url,
            connect_args={"isolation_level": None, "timeout": 0, "check_same_thread": False},
            # a full pool would block the loop; a transaction that awaits nothing else never overlaps with another one
            max_overflow=-1,
        )
        self._writers = WriterTurns(BUSY_SECONDS)
        self._files: dict[Path, tuple[int, int]] = {}  #: device and number of those that are open
        self._least_bytes = 0  #: of the file, which only `give_back` makes smaller
        self._is_shrinking = False  #: until what was given back has left the file
        set_up(self.engine)

    async def open(self) -> None:
        """Bring the schema up to date; `Unavailable` also where the file is newer than this program."""
        make_private(self.path)
        try:
            async with self.reading() as connection:
                current = await connection.run_sync(schema_revision)
            if current != SCHEMA_REVISION:
                with BlockingDatabase(str(self._url)):
                    pass
            await self._make_compact()
            async with self.reading() as connection:
                found = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar()
        except DBAPIError as error:
            raise unavailable(error) from error
        if found != "ok":
            raise Unavailable(DAMAGED)

    async def _make_compact(self) -> None:
        """Let free pages be given back later; a file of an earlier version is rewritten for it, once."""
        async with self.reading() as connection:
            mode = (await connection.exec_driver_sql("PRAGMA auto_vacuum")).scalar()
        if mode == 0:
            try:
                await asyncio.to_thread(self._let_pages_move)
            except sqlite3.Error as error:
                # the next start tries again
                _log.warning("The database cannot be compacted: %s", error)

    async def close(self) -> None:
        """Close every connection; the next transaction opens one, of whatever file is there then."""
        self._files.clear()
        self._least_bytes = 0
        self.engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[InlineConnection]:
        """A transaction that sees one moment and changes nothing."""
        with self.engine.connect() as opened:
            connection = self.connection_class(opened)
            await connection.begin()
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[InlineConnection]:
        """A transaction that holds the write lock from its first statement and commits at the end."""
        async with self._writers.turn():
            with self.engine.connect().execution_options(begin="IMMEDIATE") as opened:
                self._check_file()
                connection = self.connection_class(opened)
                await _begin_writing(connection)
                yield connection
                # an exception before this line rolls back when the connection returns to the pool
                await connection.commit()

    def _check_file(self) -> None:
        """Notice a file that was deleted, replaced or cut: SQLite would write on, and the next service would not find it."""
        try:
            size = self._checked(self.path)
            log = self.path.with_name(f"{self.path.name}-wal")
            # SQLite makes it with the first transaction
            if log in self._files or log.exists():
                self._checked(log)
        except FileNotFoundError:
            raise Unavailable(GONE) from None
        except OSError as error:
            raise Unavailable(
                f"The database file cannot be found ({error.strerror}). Give the service access to its folder again."
            ) from error
        if size < max(self._least_bytes, 1):
            raise Unavailable(GONE)
        if not self._is_shrinking:
            self._least_bytes = size

    def _checked(self, file: Path) -> int:
        """Return the size of a file that is still the one that was opened."""
        status = file.stat()
        found = status.st_dev, status.st_ino
        if self._files.setdefault(file, found) != found:
            raise Unavailable(GONE)
        return status.st_size

    async def size(self) -> int:
        """Return the bytes of the file and of what SQLite keeps beside it.

        Raises:
            OSError: the file is not there, or its folder cannot be read.
        """
        beside = [self.path.with_name(f"{self.path.name}-{end}") for end in ("wal", "shm")]
        total = self.path.stat().st_size
        for file in beside:
            with suppress(FileNotFoundError):
                total += file.stat().st_size
        return total

    async def give_back(self) -> int:
        """Return free pages to the disk, a portion at a time; return how many bytes."""
        async with self.reading() as connection:
            free = (await connection.exec_driver_sql("PRAGMA freelist_count")).scalar_one()
        if free < LEAST_FREE_PAGES:
            return 0
        given = 0
        while True:
            async with self._writers.turn():
                self._check_file()
                portion = await asyncio.to_thread(self._give_back_portion)
            given += portion
            if portion == 0:
                break
        if self._is_shrinking:
            self._is_shrinking = not await asyncio.to_thread(self._checkpoint)
        return given

    def _give_back_portion(self) -> int:
        with self._outside_the_loop() as execute:
            execute("BEGIN IMMEDIATE")
            before = execute("PRAGMA freelist_count")
            execute(f"PRAGMA incremental_vacuum({PORTION_PAGES})")
            pages = before - execute("PRAGMA freelist_count")
            if pages:
                # the file gets smaller with a checkpoint, whenever some process makes it
                self._is_shrinking = True
                least = execute("PRAGMA page_size") * execute("PRAGMA page_count")
                self._least_bytes = min(self._least_bytes, least)
            execute("COMMIT")
            return pages * execute("PRAGMA page_size")

    def _checkpoint(self) -> bool:
        """Move the write-ahead log into the file; return whether nothing is left of it."""
        with self._outside_the_loop() as execute:
            return execute("PRAGMA wal_checkpoint(TRUNCATE)") == 0

    def _let_pages_move(self) -> None:
        """Rewrite a file of an earlier version, once, so that its free pages can be given back."""
        with self._outside_the_loop() as execute:
            execute("PRAGMA auto_vacuum = INCREMENTAL")
            execute("VACUUM")
            execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _outside_the_loop(self) -> Iterator[Callable[[str], int]]:
        """A connection for work of a thread that may take long, without a transaction."""
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_SECONDS)
        try:
            # a statement that returns rows does its work while they are fetched
            yield lambda statement: next(iter(connection.execute(statement).fetchall()), (0,))[0]
        finally:
            connection.close()

    async def probe(self) -> None:
        """Try whether it can be written, and change nothing.

        Raises:
            DBAPIError: it cannot.
        """
        async with self.writing() as connection:
            # the lock alone is granted on a full disk and on a read-only connection too
            await connection.exec_driver_sql("CREATE TABLE probe (id INTEGER)")
            await connection.rollback()


async def _begin_writing(connection: InlineConnection) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + BUSY_SECONDS
    while True:
        try:
            await connection.begin()
        except OperationalError as error:
            if "locked" not in str(error.orig) or loop.time() > until:
                raise
        else:
            return
        await asyncio.sleep(BUSY_RETRY_SECONDS)
