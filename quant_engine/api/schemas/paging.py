"""Keyset paging: a cursor names the row after which a page begins, so new rows move no page."""

import base64
import binascii
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quant_engine.domain.errors import Refused

MOST_ITEMS = 200  #: on a page

_INTEGER = re.compile(r"-?[0-9]{1,9}(\.0+)?", re.ASCII)


def _plain_integer(value: Any) -> Any:
    # Python also parses "+5", " 5" and "1_0", which are no integers in the contract
    if isinstance(value, str) and _INTEGER.fullmatch(value) is None:
        raise ValueError("Input should be an integer")
    return value


Cursor = Annotated[str, Field(max_length=128)]


class PageQuery(BaseModel):
    """Where a page begins and how long it is."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[
        int,
        # before the validator, or the contract would not contain the bounds
        Field(ge=1, le=MOST_ITEMS, description="Items on the page."),
        BeforeValidator(_plain_integer),
    ] = 50
    cursor: Annotated[
        Cursor | None, Field(description="`next_cursor` of the previous page; opaque.")
    ] = None


def to_cursor(kind: str, key: int | str | None) -> str | None:
    """Encode the key of the next page; None stays None."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def from_cursor(kind: str, cursor: str | None) -> str | None:
    """Decode a cursor of this kind of page.

    Raises:
        Refused: this service did not create the cursor.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    prefix, _, key = text.partition(":")
    if prefix != kind or to_cursor(kind, key) != cursor or not key:
        raise _bad_cursor()
    return key


def position_from_cursor(kind: str, cursor: str | None) -> int | None:
    """Decode a cursor whose key is a position; the errors are those of `from_cursor`."""
    key = from_cursor(kind, cursor)
    if key is None:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):  # noqa: PLR2004 - fits 64 bits
        raise _bad_cursor()
    return int(key)


def _bad_cursor() -> Refused:
    message = "This service did not create this cursor. Start again without a cursor."
    return Refused(message, fields=(("query.cursor", message),))
