"""What an error of the database means: a sentence for clients, and whether a later try may succeed."""

import sqlite3

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from quant_engine.domain.errors import Unavailable

DAMAGED = (
    "The database file is damaged. Stop the service, move its home away to keep the file for repair, "
    "and restore a backup with quant-engine restore, or start with an empty home."
)
LOCKED = "The database is locked by another program. Try again in a moment."
#: words of SQLite's messages
_CAUSES = {
    ("locked", "busy"): LOCKED,
    ("full",): "The disk is full. Free some space; nothing accepted was lost.",
    ("readonly",): "The database is read-only. Give the service write access to its home.",
    ("disk i/o",): (
        "The disk cannot be read or written. Check its free space and its health; "
        "nothing accepted was lost."
    ),
    ("unable to open",): (
        "The database file cannot be opened. Check that its folder exists and can be written."
    ),
    ("malformed", "not a database"): DAMAGED,
}
_UNKNOWN = "The database does not answer. See the log under this request's id."
_AWAY = "The database server does not answer. Check that it runs; nothing accepted was lost."
#: SQLSTATE of Postgres, or its first characters; see appendix A of its manual
_NO_ANSWER = "08000"
_REFUSED = "The database refuses the user or the password of QUANT_ENGINE_DATABASE_URL."
_NO_DATABASE = "The database of QUANT_ENGINE_DATABASE_URL does not exist. Create it with createdb."
_TOO_MANY = "The database server has too many connections. Raise its max_connections."
#: SQLSTATE of Postgres, or its first characters; see appendix A of its manual
_STATES = {
    "28": _REFUSED,
    "3D000": _NO_DATABASE,
    "25006": "The database is read-only. Name the primary server in QUANT_ENGINE_DATABASE_URL.",
    "42501": "The user of QUANT_ENGINE_DATABASE_URL may not do this. Make it the owner of its database.",
    "53100": "The disk of the database server is full. Free some space; nothing accepted was lost.",
    "53300": _TOO_MANY,
    "55P03": LOCKED,
    "08": _AWAY,
    "57P": _AWAY,
}
#: words of the driver where it cannot connect, for which it has no SQLSTATE
_CONNECTING = {
    'database "': _NO_DATABASE,
    "authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    'role "': _REFUSED,
    "pg_hba": _REFUSED,
    "too many": _TOO_MANY,
    "remaining connection slots": _TOO_MANY,
    "resolve host": "The host of QUANT_ENGINE_DATABASE_URL is not known. Check its name.",
}
#: classes of errors that pass: no connection, no memory or disk, shut down, a lock, a conflict
_PASSING = ("08", "25006", "53", "55P03", "57", "40")


def unavailable(error: DBAPIError) -> Unavailable:
    """Translate a database error for clients, without paths, SQL or values."""
    state = sqlstate(error)
    if state is None:
        return explained(str(error.orig))
    if state == _NO_ANSWER:
        cause = str(error.orig)
        return Unavailable(
            next((text for words, text in _CONNECTING.items() if words in cause), _AWAY)
        )
    found = (text for start, text in _STATES.items() if state.startswith(start))
    return Unavailable(next(found, _UNKNOWN))


def explained(cause: str, otherwise: str = _UNKNOWN) -> Unavailable:
    """Translate what SQLite says of an error; `otherwise` is for causes that have no sentence of their own."""
    for words, sentence in _CAUSES.items():
        if any(word in cause.lower() for word in words):
            return Unavailable(sentence)
    return Unavailable(otherwise)


def sqlstate(error: DBAPIError) -> str | None:
    """Return the SQLSTATE of an error of Postgres, 08000 where it had no answer; None for one of SQLite."""
    # an attribute of psycopg's errors
    if not hasattr(error.orig, "sqlstate"):
        return None
    had_no_answer = isinstance(error, OperationalError | InterfaceError)
    return str(getattr(error.orig, "sqlstate", None) or (_NO_ANSWER if had_no_answer else ""))


def may_pass(error: DBAPIError) -> bool:
    """Whether a later try may succeed: a lock, a full disk, a server that comes back, but not a value that is refused."""
    state = sqlstate(error)
    if state is not None:
        return state.startswith(_PASSING)
    return isinstance(error.orig, sqlite3.OperationalError | sqlite3.InternalError | OSError)


def damaged(table: Table) -> Unavailable:
    """Return the error for a table with a row that cannot be parsed."""
    return Unavailable(
        f"The table {table.name} has a damaged row. Restore a backup with quant-engine restore, "
        "or delete the row."
    )
