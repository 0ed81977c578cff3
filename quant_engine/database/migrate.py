"""Apply the migrations; imported only when the schema is behind."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from quant_engine.domain.errors import Unavailable


def upgrade(url: str, current: str | None) -> None:
    """Bring the database at the synchronous `url` from `current` to the newest schema.

    Raises:
        Unavailable: the database is newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except command.util.CommandError as error:
        message = f"The database's schema ({current}) is newer than this program; update it."
        raise Unavailable(message) from error
    finally:
        engine.dispose()
