"""Access control: checks the Host, the token, the origin and the size of every request."""

import hmac
import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from quant_engine.api.errors import failure
from quant_engine.domain.errors import ErrorCode

MAX_BODY_BYTES = 1_000_000
PROTECTED = ("/api", "/docs", "/openapi.json", "/metrics")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")

Refusal = tuple[ErrorCode, str]


class AccessMiddleware:
    """Refuses forbidden requests before any other code handles them."""

    def __init__(self, app: ASGIApp, *, token: str | None, hosts: Iterable[str]) -> None:
        self._app = app
        self._token = token.encode() if token is not None else None
        self._hosts = {_in_header(name) for name in (*LOOPBACK_NAMES, *hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why it is refused."""
        if scope["type"] == "http":
            refusal = self._refusal(scope, Headers(scope=scope))
            if refusal is not None:
                await failure(*refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        return (
            self._wrong_host(headers)
            or self._wrong_token(scope["path"], headers)
            or self._wrong_origin(scope["method"], headers)
            or self._too_large(scope["method"], headers)
        )

    def _wrong_host(self, headers: Headers) -> Refusal | None:
        # a page that makes its own name resolve to this machine still sends its name (DNS rebinding)
        values = headers.getlist("host")
        match = _HOST.fullmatch(values[0]) if len(values) == 1 else None
        if match is not None and match["name"].lower() in self._hosts:
            return None
        message = (
            "The service does not know this Host. Use the address that the service printed, "
            "or add the name to QUANT_ENGINE_ALLOWED_HOSTS."
        )
        return ErrorCode.BAD_HOST, message

    def _wrong_token(self, path: str, headers: Headers) -> Refusal | None:
        if self._token is None or not _is_protected(path):
            return None
        sent = headers.getlist("authorization")
        # another reader of the request may take the other one of two
        scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")
        matches = hmac.compare_digest(token.strip().encode("latin-1", "replace"), self._token)
        if scheme.lower() == "bearer" and matches:
            return None
        return (
            ErrorCode.UNAUTHORIZED,
            "Send `Authorization: Bearer <token>` with the value of QUANT_ENGINE_API_TOKEN.",
        )

    def _wrong_origin(self, method: str, headers: Headers) -> Refusal | None:
        if method in _SAFE:
            return None
        origins = [origin.lower() for origin in headers.getlist("origin")]
        sites = headers.getlist("sec-fetch-site")
        own = {f"{scheme}://{headers.get('host', '')}".lower() for scheme in ("http", "https")}
        # a browser sends one at most
        is_once = len(origins) <= 1 and len(sites) <= 1
        if is_once and own.issuperset(origins) and {"same-origin", "none"}.issuperset(sites):
            return None
        return (
            ErrorCode.BAD_ORIGIN,
            "Only this service's own page and programs may send changes. Use the page of this service.",
        )

    def _too_large(self, method: str, headers: Headers) -> Refusal | None:
        if method in _SAFE:
            return None  # the service does not read such a body
        length = headers.get("content-length", "0")
        # its length first: int() raises for a number of thousands of digits
        if length.isdecimal() and len(length) < 20 and int(length) <= MAX_BODY_BYTES:  # noqa: PLR2004
            return None
        return (ErrorCode.BODY_TOO_LARGE, f"A body may have {MAX_BODY_BYTES} bytes at most.")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address to bind."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _in_header(name: str) -> str:
    """Write a host name as the header Host has it: an IPv6 address in brackets, and nothing else."""
    bare = name.lower().strip("[]")
    return f"[{bare}]" if ":" in bare else bare


def _is_protected(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in PROTECTED)
