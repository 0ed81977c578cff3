"""Shared by the trackers: a history keeps its newest rows, and an unreadable row is an error.

Access raises `DBAPIError` when the database fails, and `Unavailable` when a row is damaged.
"""

from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, CursorResult, Table, delete, select

from quant_engine.database.dialect import insert
from quant_engine.database.errors import damaged
from quant_engine.domain.reports import Report

R = TypeVar("R", bound=Report)


def put_row(
    connection: Connection, table: Table, report: Report, *, key: tuple[str, ...], kept: int
) -> None:
    """Write a row, in place of one with the same key, and delete all but the `kept` newest rows."""
    row = report.model_dump(mode="json")
    rest = {name: value for name, value in row.items() if name not in key}
    statement = insert(connection, table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))
    newest = table.c.position.desc()
    too_old = select(table.c.position).order_by(newest).offset(kept).limit(1).scalar_subquery()
    connection.execute(delete(table).where(table.c.position <= too_old))


def read_newest(connection: Connection, table: Table, model: type[R], limit: int) -> list[R]:
    """Return the newest rows of `table`, in the order of recording."""
    newest = select(table).order_by(table.c.position.desc()).limit(limit)
    return read_rows(connection.execute(newest), model, table)[::-1]


def read_rows(rows: CursorResult[Any], model: type[R], table: Table) -> list[R]:
    """Parse rows of `table`."""
    try:
        return [
            model.model_validate({name: row[name] for name in model.model_fields})
            for row in rows.mappings()
        ]
    except ValidationError as error:
        raise damaged(table) from error
