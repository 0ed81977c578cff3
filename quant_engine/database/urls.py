"""The URL of a database, and which kind of database it names."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from quant_engine.domain.errors import Unavailable


def parsed_url(url: str) -> URL:
    """Parse the URL of a database.

    Raises:
        Unavailable: it is not one.
    """
    try:
        return make_url(url)
    except ArgumentError:
        # the URL may hold a password, so it is not repeated
        raise Unavailable(
            "DATABASE_URL is not a database URL; leave it unset for SQLite."
        ) from None


def is_postgres(url: str) -> bool:
    """Whether a URL names a database of Postgres."""
    return parsed_url(url).get_backend_name() in {"postgresql", "postgres"}
