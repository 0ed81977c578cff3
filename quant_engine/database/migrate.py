"""Apply the migrations; imported only when the schema is behind."""

from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Engine

from quant_engine.database.postgres import fit_columns
from quant_engine.domain.errors import Unavailable


def upgrade(engine: Engine, current: str | None) -> None:
    """Migrate a database from schema `current` to the newest one, in one transaction.

    Raises:
        Unavailable: the database is newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.execution_options(begin="IMMEDIATE").begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if engine.dialect.name == "postgresql":
                fit_columns(connection)
    except CommandError as error:
        message = f"The database's schema ({current}) is newer than this program; update it."
        raise Unavailable(message) from error
    if engine.dialect.name == "postgresql":
        return
    # into the file: until SQLite does so by itself, a copy of the file alone has no tables
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
