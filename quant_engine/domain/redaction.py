"""Removes secrets from text that is stored or shown: from the logs of jobs and of the service.

Every pattern takes time linear in the text: a job chooses what is redacted.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

HIDDEN = "***"
SHORTEST = 4  #: a shorter value would hide ordinary text
_NAMED = r"(?i)((?:password|passwd|pwd|secret|token|api[_-]?key)[\"']?\s{0,3}[=:]\s{0,3}[\"']?)"
_PATTERNS = (
    # first, because the next one would take the scheme for the value
    re.compile(
        r"(?i)(authorization[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?:[a-z]{1,16}\s{1,3})?)[^\s\"',]+"
    ),
    re.compile(r"(?i)(\bbearer\s{1,3})[a-z0-9._~+/=-]+"),
    re.compile(_NAMED + r"[^\s\"',;&]+"),
    re.compile(r"(://[^\s/:@]{0,256}:)[^\s/@]+(?=@)"),
)


def redact(text: str) -> str:
    """Hide what looks like a secret: authorization headers, `password=…`, and passwords in URLs."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def password_of(url: str | None) -> str | None:
    """Return the password in a URL, as it is when it is used."""
    try:
        password = urlsplit(url or "").password
    except ValueError:
        return None
    return password and unquote(password)


class Redactor:
    """Hides the secrets of one installation, and what looks like a secret."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._secrets = sorted(
            {secret for secret in secrets if secret and len(secret) >= SHORTEST},
            key=len,
            reverse=True,
        )

    def __call__(self, text: str) -> str:
        """Return a text without secrets."""
        return redact(self.hide(text))

    def hide(self, text: str, *, is_cut: bool = False) -> str:
        """Hide the secrets of the installation alone; where a text is cut, also the beginning of one at its end."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
            if is_cut:
                sizes = range(min(len(secret), len(text)), SHORTEST - 1, -1)
                cut = next((size for size in sizes if text.endswith(secret[:size])), 0)
                text = text[: len(text) - cut] + HIDDEN if cut else text
        return text
