"""Keyset pages: a cursor names the row after which a page begins, so rows that are added move nothing."""

import base64
import binascii
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quant_engine.domain.errors import Refused

_INTEGER = re.compile(r"-?[0-9]{1,9}(\.0+)?", re.ASCII)


def _plain_integer(value: Any) -> Any:
    # Python also reads "+5", " 5" and "1_0", which the contract's integer is not
    if isinstance(value, str) and _INTEGER.fullmatch(value) is None:
        raise ValueError("Input should be an integer")
    return value


class PageQuery(BaseModel):
    """Where a page begins and how long it is."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[
        int,
        # the bounds first: behind a validator the contract would not know them as bounds
        Field(ge=1, le=200, description="Items on the page."),
        BeforeValidator(_plain_integer),
    ] = 50
    cursor: Annotated[
        str | None,
        Field(max_length=128, description="`next_cursor` of the page before; opaque."),
    ] = None


def to_cursor(kind: str, key: int | str | None) -> str | None:
    """Encode where the next page begins; None stays None."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def from_cursor(kind: str, cursor: str | None) -> str | None:
    """Decode a cursor of this kind of page.

    Raises:
        Refused: it is not one that this service gave.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    given, _, key = text.partition(":")
    if given != kind or to_cursor(kind, key) != cursor or not key:
        raise _bad_cursor()
    return key


def position_from_cursor(kind: str, cursor: str | None) -> int | None:
    """Decode a cursor whose key is a position.

    Raises:
        Refused: it is not one that this service gave.
    """
    key = from_cursor(kind, cursor)
    if key is None:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 19):  # noqa: PLR2004 - fits 64 bits
        raise _bad_cursor()
    return int(key)


def _bad_cursor() -> Refused:
    message = "Not a cursor that this service gave. Begin again without one."
    return Refused(message, fields=(("query.cursor", message),))
