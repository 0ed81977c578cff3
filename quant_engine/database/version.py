"""Which migrations a database has."""

from sqlalchemy import Connection, inspect

SCHEMA_REVISION = "0006"  #: the newest migration; a test holds it equal to alembic's head


def schema_revision(connection: Connection) -> str | None:
    """Return the newest applied migration; None where there are no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])
