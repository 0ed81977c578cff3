"""The static page and the docs: built files from the wheel or the checkout, under a strict policy.

The build stores a file compressed beside it, as `name.br` and `name.gz`. These are sent in its place, and are no paths.
"""

import re
import secrets
from contextlib import suppress
from email.utils import parsedate
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import FileResponse, HTMLResponse, Response

from quant_engine.api.codings import GZIP, IDENTITY, VARY, Accepted
from quant_engine.domain.errors import NotFound

_PLACES = (
    Path(__file__).parent / "ui",
    Path(__file__).parents[2] / "frontend" / "dist",
)
#: the machine's own list may have others, and a browser refuses a script of another type
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
#: the smallest first
_STORED = {"br": ".br", GZIP: ".gz"}
_ETAG = re.compile(r'(?:W/)?("[^"]*")')
_NONCE = "__CSP_NONCE__"
_MISSING = """<!doctype html><meta charset="utf-8"><title>Quant Engine</title>
<h1>The page is not built</h1>
<p>This is a source install. Build the page with <code>python -m nox -s page</code>
(or <code>npm ci &amp;&amp; npm run build</code> in <code>frontend/</code>) and reload.</p>
<p>The API works without the page.</p>
"""


class _NotApi(Convertor[str]):
    # a route that matches /api would answer an unknown path there with `method_not_allowed`
    regex = r"(?!(?:api|metrics)(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", _NotApi())


def is_built() -> bool:
    """Whether the page is built."""
    return _root() is not None


def _root() -> Path | None:
    return next((place for place in _PLACES if (place / "index.html").is_file()), None)


def router() -> APIRouter:
    """Return the routes of the page and of the docs."""
    root = _root()
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    @routes.get("/docs/{path:path}")
    async def docs(request: Request, path: str = "") -> Response:
        return _file(root, f"docs/{path or 'index.html'}", request)

    @routes.get("/{path:page}")
    async def page(request: Request, path: str) -> Response:
        if "." in path.rpartition("/")[2]:
            return _file(root, path, request)
        return _index(root)

    return routes


def _index(root: Path | None) -> Response:
    nonce = secrets.token_urlsafe(16)
    html = _MISSING
    if root is not None:
        # a build removes the file for a moment
        with suppress(FileNotFoundError):
            html = (root / "index.html").read_text(encoding="utf-8").replace(_NONCE, nonce)
    return HTMLResponse(html, headers=_headers(f"'self' 'nonce-{nonce}'"))


def _file(root: Path | None, path: str, request: Request) -> Response:
    if root is None:
        raise NotFound("The page is not built. Run: python -m nox -s page")
    found = _inside(root, path)
    if found is None or found.suffix in _STORED.values():
        raise NotFound("There is nothing at this path.")
    # built assets have a hash in their names
    caching = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
    # Swagger's page sets style attributes that only this allows
    styles = "'self' 'unsafe-inline'" if path.startswith("docs/") else "'self'"
    headers = {**_headers(styles), "Cache-Control": caching}
    stored = {
        coding: one
        for coding, suffix in _STORED.items()
        if (one := _inside(root, f"{path}{suffix}")) is not None
    }
    coding = Accepted(request.scope).best(list(stored))
    if stored:
        headers.update([VARY])
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    try:
        answer = _Variant(stored.get(coding, found), coding, headers, _TYPES.get(found.suffix))
    except FileNotFoundError:
        raise NotFound("The page is being built. Reload it in a moment.") from None
    return answer.unless_unchanged(request)


class _Variant(FileResponse):
    """A file in one of its codings; its `ETag` is no other's."""

    def __init__(
        self, path: Path, coding: str, headers: dict[str, str], media_type: str | None
    ) -> None:
        super().__init__(path, headers=headers, media_type=media_type, stat_result=path.stat())
        self.etag = self.headers["etag"] = f'{self.headers["etag"][:-1]}-{coding}"'

    def unless_unchanged(self, request: Request) -> Response:
        """Return this answer, or 304 where the client has it (RFC 9110, 13.2.2)."""
        if not self._is_unchanged(request):
            return self
        kept = {
            name: value
            for name, value in self.headers.items()
            if name not in {"accept-ranges", "content-encoding", "content-length", "content-type"}
        }
        return Response(status_code=304, headers=kept)

    def _is_unchanged(self, request: Request) -> bool:
        tags = request.headers.getlist("if-none-match")
        if tags:
            listed = ",".join(tags)
            return listed.strip() == "*" or self.etag in _ETAG.findall(listed)
        since = parsedate(request.headers.get("if-modified-since"))
        changed = parsedate(self.headers["last-modified"])
        return since is not None and changed is not None and since >= changed

    def _should_use_range(self, http_if_range: str) -> bool:
        # not by date: that of another coding is the same
        return http_if_range == self.etag


def _inside(root: Path, path: str) -> Path | None:
    try:
        found = (root / path).resolve()
        # by one path only: by another, such as x/../docs/index.html, it would need no token
        is_itself = found.relative_to(root.resolve()).as_posix() == path and found.is_file()
    except (OSError, ValueError):
        # outside, or a name that no file can have: too long, or with a zero byte
        return None
    return found if is_itself else None


def _headers(styles: str) -> dict[str, str]:
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        f"font-src 'self' data:; style-src {styles}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
