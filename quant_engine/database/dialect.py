"""The SQL that the two databases write differently."""

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import String

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


class HasDialect(Protocol):
    """A connection, or what stands for one."""

    @property
    def dialect(self) -> Dialect:
        """The SQL that the database has."""


def insert(connection: HasDialect, table: Table) -> Insert:
    """Return an insert that may say what happens on a conflict."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    """Return the same by the name of the dialect."""
    if dialect == "postgresql":
        # its import takes 30 ms, which SQLite does not need
        from sqlalchemy.dialects.postgresql import insert as insert_into  # noqa: PLC0415

        return insert_into(table)
    return sqlite.insert(table)


class larger(GenericFunction[Any]):  # noqa: N801 - the name of the function
    """The larger of two values."""

    inherit_cache = True


class text_of(GenericFunction[str]):  # noqa: N801 - likewise
    """A field of a column of JSON, as text; null where there is none."""

    type = String()
    inherit_cache = True


@compiles(larger, "sqlite")
def _larger_of_sqlite(element: larger, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"max({compiler.process(element.clauses, **kwargs)})"


@compiles(larger, "postgresql")
def _larger_of_postgres(element: larger, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kwargs)})"


@compiles(text_of, "sqlite")
def _text_of_sqlite(element: text_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, field = element.clauses
    return f"json_extract({compiler.process(column, **kwargs)}, '$.' || {compiler.process(field, **kwargs)})"


@compiles(text_of, "postgresql")
def _text_of_postgres(element: text_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, field = element.clauses
    return f"(CAST({compiler.process(column, **kwargs)} AS json) ->> {compiler.process(field, **kwargs)})"
