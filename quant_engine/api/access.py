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
PROXY_PAGE = "docs/proxy.md"  #: of the repository; it says how a proxy has to pass requests on
MOST_SHOWN = 100  #: characters of a header in a message
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
        sent = f"the Host {shown(values[0])}" if len(values) == 1 else f"{len(values)} Host headers"
        message = (
            f"The request has {sent}, which this service does not answer to. Use the address that the service "
            f"printed, or add the name, without a port, to QUANT_ENGINE_ALLOWED_HOSTS; see {PROXY_PAGE}."
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
        return ErrorCode.BAD_ORIGIN, _origin_message(headers)

    def _too_large(self, method: str, headers: Headers) -> Refusal | None:
        if method in _SAFE:
            return None  # the service does not read such a body
        length = headers.get("content-length", "0")
        # its length first: int() raises for a number of thousands of digits
        if length.isdecimal() and len(length) < 20 and int(length) <= MAX_BODY_BYTES:  # noqa: PLR2004
            return None
        return (ErrorCode.BODY_TOO_LARGE, f"A body may have {MAX_BODY_BYTES} bytes at most.")


def _origin_message(headers: Headers) -> str:
    """Say what differs, in words for the user whose own proxy changed the Host; another site cannot read them."""
    origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
    if len(origins) > 1 or len(sites) > 1:
        return "The header Origin or Sec-Fetch-Site was sent twice. Send it once."
    if not {"same-origin", "none"}.issuperset(sites):
        return (
            f"The browser reports another site as the sender (Sec-Fetch-Site: {shown(sites[0])}). "
            "Only this service's own page and programs may send changes. Use the page of this service."
        )
    return (
        f"The page that sent this change is at {shown(origins[0])}, and the request came for the Host "
        f"{shown(headers['host'])}. If that is this service's own page, a proxy changed the Host: have it pass on "
        f"Host as the browser sends it, with the port; see {PROXY_PAGE}. Other sites may not send changes."
    )


def shown(value: str) -> str:
    """Quote what a client sent for a message: printable ASCII, and not longer than a name."""
    text = ascii(value)[1:-1]
    return f"`{text}`" if len(text) <= MOST_SHOWN else f"`{text[: MOST_SHOWN - 3]}...`"


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
