"""Rules of every connection to Postgres: its URL, how a transaction begins, and the types of the columns.

A write begins with the advisory lock of the database. So writers follow each other as in SQLite, and what they log is
seen in the order of its numbers; with a sequence alone a reader passes a number whose transaction commits later.
"""

from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Integer, event, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from quant_engine.database.urls import parsed_url
from quant_engine.domain.errors import Unavailable

#: the first statement of a write; every version locks the same key
LOCK = f"SELECT pg_advisory_xact_lock({0x71656E67})"
#: of one service at a time
OWN = f"SELECT pg_try_advisory_lock({0x71656E68})"
LEAST_VERSION = 14  #: of the server
CONNECT_SECONDS = 5
#: of the server's side of a connection: a process that is frozen holds the lock no longer than 5 s
_LIMITS = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
}


def address(url: str) -> URL:
    """Parse the URL of a database of Postgres.

    Raises:
        Unavailable: it names no database, or the driver is not installed.
    """
    parsed = parsed_url(url)
    if not parsed.database:
        raise Unavailable(
            "DATABASE_URL names no database. Write postgresql://user:password@host/name."
        )
    if find_spec("psycopg") is None:
        raise Unavailable("Postgres needs a driver. Install quant-engine[postgres].")
    return parsed.set(drivername="postgresql+psycopg")


def connect_args() -> dict[str, Any]:
    """Return the arguments of every connection."""
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "quant-engine",
        "options": " ".join(f"-c {name}={value}" for name, value in _LIMITS.items()),
    }


def set_up(engine: Engine) -> None:
    """Set the transaction mode of every connection of an engine."""
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    if mode == "IMMEDIATE":
        # at the isolation level of each statement: a snapshot of the whole transaction would be older than the lock
        connection.exec_driver_sql(LOCK)
    elif mode == "DEFERRED":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def own(engine: Engine) -> Connection:
    """Return a connection that owns the database until it is closed, or its process or its server dies.

    Raises:
        Unavailable: another one owns it.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT", begin="NONE")
    if connection.exec_driver_sql(OWN).scalar_one():
        return connection
    connection.close()
    raise Unavailable(
        "Another service owns this database. Stop it, or set QUANT_ENGINE_DATABASE_URL to another database."
    )


@compiles(Integer, "postgresql")
def _wide(_element: Integer, _compiler: SQLCompiler, **_: Any) -> str:
    """Integers have 64 bits, as those of SQLite, also where a value is bound."""
    return "BIGINT"


def server_version(connection: Connection) -> int:
    """Return the major version of the server.

    Raises:
        Unavailable: it is too old.
    """
    number = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    version = int(number) // 10_000
    if version < LEAST_VERSION:
        raise Unavailable(
            f"The database server is PostgreSQL {version}, and at least {LEAST_VERSION} is needed. Update it."
        )
    return version


def fit_columns(connection: Connection) -> None:
    """Give columns the types that SQLite's have: integers of 64 bits, and text in the order of its bytes.

    The migrations are the same for both databases, and this follows them in their transaction.
    """
    found = connection.execute(
        text(
            "SELECT table_name, column_name, data_type, character_maximum_length FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND (data_type = 'integer' OR "
            "data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C')"
        )
    )
    for table, column, kind, length in found.all():
        exact = f"{kind}({length})" if length else kind
        fitting = "bigint" if kind == "integer" else f'{exact} COLLATE "C"'
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {fitting}')
    sequences = connection.execute(
        text(
            "SELECT sequencename FROM pg_sequences "
            "WHERE schemaname = current_schema() AND data_type <> 'bigint'::regtype"
        )
    )
    for (sequence,) in sequences.all():
        connection.exec_driver_sql(f'ALTER SEQUENCE "{sequence}" AS bigint')
