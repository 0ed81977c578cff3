"""The law of access: what is near an allowed host, origin, token or path is refused by every way in.

What is allowed is passed in, so that the checks read no code of the service.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp

from contract_tests.edges.near_misses import (
    Header,
    Misses,
    elsewhere,
    hosts,
    origins,
    sites,
    spellings,
    tokens,
)
from contract_tests.edges.ways_in import CHANGING, Way, protected_paths, ways
from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

PART = "edges"
#: each request is tried with every 13th near miss, and each near miss with every 13th request; a prime, so that
#: every method gets its share
STRIDE = 13
FIX = "see quant_engine/api/access.py; found with: {}"
REFUSED = {"host": 421, "origin": 403, "sec-fetch-site": 403, "authorization": 401}


@dataclass(frozen=True)
class Guarded:
    """An app and what it allows."""

    app: ASGIApp
    contract: Contract
    hosts: tuple[str, ...]  #: as the header has them
    token: str | None = None

    @property
    def right(self) -> list[Header]:
        """The token, where there is one."""
        return [] if self.token is None else [header("authorization", f"Bearer {self.token}")]

    async def send(self, way: Way, headers: Sequence[Header], **query: str) -> Answer:
        """Send just these headers."""
        return await request(self.app, way.method, way.path, headers=headers, query=query)


def header(name: str, value: str) -> Header:
    """Encode a header: latin-1 as a rule, and UTF-8 where that is not enough or the token needs it."""
    return name.encode(), value.encode("utf-8" if name == "authorization" else "latin-1")


async def near_hosts(guarded: Guarded) -> AsyncIterator[Finding]:
    """Report each way in that takes a near miss of a host."""
    for host in guarded.hosts:
        misses = {
            what: values
            for what, values in hosts(host).items()
            if len(values) != 1 or values[0].lower() not in guarded.hosts
        }
        async for finding in _refused(guarded, "host", misses, ways(guarded.contract), []):
            yield finding


async def near_origins(guarded: Guarded) -> AsyncIterator[Finding]:
    """Report each way to change something that takes a near miss of the own origin."""
    changes = list(ways(guarded.contract, CHANGING))
    # a colon of an IPv6 address is no port
    names = [host for host in guarded.hosts if ":" not in host]
    for own in (*names, f"{names[0]}:8000"):
        beside = [header("host", own)]
        for scheme in ("http", "https"):
            misses = {
                what: values
                for what, values in origins(scheme, own).items()
                if {value.lower() for value in values} - _own(own)
            }
            async for finding in _refused(guarded, "origin", misses, changes, beside):
                yield finding
    beside = [header("host", guarded.hosts[0])]
    async for finding in _refused(guarded, "sec-fetch-site", sites(), changes, beside):
        yield finding


def _own(host: str) -> set[str]:
    return {f"http://{host}", f"https://{host}"}


async def near_tokens(guarded: Guarded) -> AsyncIterator[Finding]:
    """Report each protected way in that takes a near miss of the token."""
    token = guarded.token or ""
    protected = set(protected_paths(guarded.contract))
    behind = [way for way in ways(guarded.contract) if way.path in protected]
    beside = [header("host", guarded.hosts[0])]
    async for finding in _refused(guarded, "authorization", tokens(token), behind, beside):
        yield finding
    for what, headers in elsewhere(token).items():
        with_it = [*beside, *headers]
        async for finding in _refused(guarded, "authorization", {what: ()}, behind, with_it):
            yield finding
    for name in ("token", "access_token", "authorization"):
        for way in behind:
            answer = await guarded.send(way, beside, **{name: token})
            if answer.status != REFUSED["authorization"]:
                found = f"{answer.status} for the token in the query, as {name}"
                yield Finding(PART, f"{way} {name}", "near-authorization-accepted", "401", found)


async def near_paths(guarded: Guarded) -> AsyncIterator[Finding]:
    """Report each spelling of a protected path that answers without the token as the path does with it."""
    host = [header("host", guarded.hosts[0])]
    page = await guarded.send(Way("GET", "/an-unknown-screen"), host)
    for path in protected_paths(guarded.contract):
        right = await guarded.send(Way("GET", path), [*host, *guarded.right])
        for spelling in dict.fromkeys(spellings(path)):
            way = Way("GET", spelling)
            answer = await guarded.send(way, host)
            is_page = answer.media_type == page.media_type and len(answer.body) == len(page.body)
            if answer.status in (401, 404) or (answer.status == 200 and is_page):
                continue
            same = "the same as" if answer.body == right.body else "another answer than"
            expected, found = (
                "401, 404 or the page",
                f"{answer.status} and {same} {path} with the token",
            )
            yield Finding(PART, str(way), "near-path-accepted", expected, found, FIX.format(way))


async def allowed(guarded: Guarded) -> AsyncIterator[Finding]:
    """Report each way in that refuses what is allowed."""
    into = list(ways(guarded.contract, ("HEAD", "POST")))
    for number, headers in enumerate(_allowed_from(guarded.hosts)):
        sent = [*headers, *guarded.right]
        for way in into[number % STRIDE :: STRIDE]:
            answer = await guarded.send(way, sent)
            if answer.status in REFUSED.values():
                found = f"{answer.status} for {_shown(sent)}"
                expected = "no refusal of what is allowed"
                yield Finding(PART, str(way), "allowed-refused", expected, found, FIX.format(way))


def _allowed_from(names: Iterable[str]) -> Iterator[list[Header]]:
    for name in names:
        for host in (name, name.upper(), f"{name}:8000", f"{name}:1"):
            own = [header("host", host)]
            yield own
            site = header("sec-fetch-site", "same-origin")
            yield [*own, header("origin", f"https://{host}"), site]
            yield [*own, header("origin", f"HTTP://{host.upper()}")]
            yield [*own, header("sec-fetch-site", "none")]


async def _refused(
    guarded: Guarded, name: str, misses: Misses, into: Iterable[Way], beside: list[Header]
) -> AsyncIterator[Finding]:
    """Report each way in that does not refuse a near miss; the rest of the request is allowed."""
    status, into = REFUSED[name], list(into)
    stride = min(STRIDE, len(misses))
    right = [] if name == "authorization" else guarded.right
    for number, (what, values) in enumerate(misses.items()):
        headers = [*beside, *(header(name, value) for value in values), *right]
        for way in into[number % stride :: stride]:
            answer = await guarded.send(way, headers)
            if answer.status != status:
                place = f"{way} {name}"
                expected = f"{status}: this {name} only resembles what is allowed ({what})"
                found = f"{answer.status} for {_shown(headers)}"
                yield Finding(
                    PART, place, f"near-{name}-accepted", expected, found, FIX.format(way)
                )


def _shown(headers: Iterable[Header]) -> str:
    return ", ".join(f"{name.decode()}: {value.decode('latin-1')!r}" for name, value in headers)
