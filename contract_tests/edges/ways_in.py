"""Every way into an app: operations, probes, documents, the page and its files, and paths that lead nowhere."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wirelaw.contract.document import Contract

#: every method that HTTP knows, and one that it does not; the first ones change nothing
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
CHANGING = ("POST", "PUT", "PATCH", "DELETE", "PURGE")
#: a file of each kind that the page's build makes, by its path
BUILT = {
    "index.html": '<style nonce="__CSP_NONCE__"></style>',
    "favicon.svg": "<svg/>",
    "robots.txt": "",
    "assets/index-1a2b.js": "1",
    "assets/index-1a2b.css": "a{}",
    "assets/font-1a2b.woff2": "font",
    "docs/index.html": "the docs",
    "docs/swagger-ui.css": "b{}",
    "docs/swagger-ui-bundle.js": "2",
}
#: of these, what the build stores compressed, by its coding
STORED = {
    "assets/index-1a2b.js": {"br": ".br", "gzip": ".gz"},
    "docs/swagger-ui.css": {"gzip": ".gz"},
}
BUILT_AT = 1_700_000_000  #: seconds since 1970; of every file
#: beside the operations; what is protected by the token comes first
PROTECTED = ("/api", "/api/nothing", "/docs", "/docs/nothing.js", "/openapi.json", "/metrics")
OPEN = ("/", "/jobs/1", "/livez", "/readyz", "/nothing.js")


@dataclass(frozen=True)
class Way:
    """A method and a path."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def build(root: Path) -> Path:
    """Write a page as if it had been built."""
    for name, text in BUILT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name, suffixes in STORED.items():
        for coding in suffixes:
            (root / f"{name}{suffixes[coding]}").write_bytes(stored(name, coding))
    for file in root.rglob("*"):
        # as a build that unpacks an archive leaves them
        os.utime(file, (BUILT_AT, BUILT_AT))
    return root


def stored(name: str, coding: str) -> bytes:
    """Return what is stored of a file in a coding; brotli is not read here, and stands for itself.

    The size is the same in each coding: it tells no two of them apart.
    """
    text = BUILT[name].encode()
    packed = gzip.compress(text, mtime=0)
    return packed if coding == "gzip" else (b"brotli of " + text).ljust(len(packed))


def operation_paths(contract: Contract) -> list[str]:
    """Return the paths of the operations, with ids of nothing."""
    paths = dict.fromkeys(operation.path for operation in contract.operations())
    return [path.format_map(_Ids()) for path in paths]


class _Ids(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key.replace("_", "-")


def protected_paths(contract: Contract) -> list[str]:
    """Return the paths that need the token, where there is one."""
    docs = [f"/{name}" for name in BUILT if name.startswith("docs/")]
    return [*operation_paths(contract), *PROTECTED, *docs]


def ways(contract: Contract, methods: tuple[str, ...] = (*SAFE, *CHANGING)) -> Iterator[Way]:
    """Give every way in, with every method."""
    files = [f"/{name}" for name in BUILT if not name.startswith("docs/")]
    for path in dict.fromkeys([*protected_paths(contract), *OPEN, *files]):
        for method in methods:
            yield Way(method, path)
