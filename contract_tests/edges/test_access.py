"""Near misses of what is allowed are refused by every way in, and what is allowed is not."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract_tests.conftest import Summarise
from contract_tests.edges import access
from contract_tests.edges.access import Guarded
from contract_tests.edges.near_misses import hosts, origins, sites, tokens
from contract_tests.edges.ways_in import build, ways
from contract_tests.kit.service import idle_app, running
from contract_tests.repository import committed
from quant_engine.api import access as access_code
from quant_engine.api import page
from quant_engine.api.access import AccessMiddleware
from wirelaw.finding import Finding, check

NAMES = ("Quant.Example", "198.51.100.7", "cafe")
#: what docs/wire.md allows: loopback by its three names, and what the settings add
HOSTS = ("localhost", "127.0.0.1", "[::1]", *(name.lower() for name in NAMES))
TOKEN = "s3cret-t\u00f6ken"  # noqa: S105 - of these tests
Plant = Callable[[pytest.MonkeyPatch], None]
Law = Callable[[Guarded], AsyncIterator[Finding]]
LAWS: dict[str, Law] = {
    "hosts": access.near_hosts,
    "origins": access.near_origins,
    "tokens": access.near_tokens,
    "paths": access.near_paths,
    "allowed": access.allowed,
}


@pytest.fixture
async def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Guarded]:
    monkeypatch.setattr(page, "_PLACES", (build(tmp_path / "ui"),))
    app = idle_app(tmp_path / "home", api_token=TOKEN, allowed_hosts=list(NAMES))
    async with running(app):
        yield Guarded(app, committed(), HOSTS, TOKEN)


async def findings(law: Law, guarded: Guarded) -> list[Finding]:
    return [finding async for finding in law(guarded)]


@pytest.mark.parametrize("law", LAWS)
async def test_what_is_near_is_refused(guarded: Guarded, law: str) -> None:
    check(await findings(LAWS[law], guarded))


async def test_without_a_token_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_PLACES", ())
    app = idle_app(tmp_path / "home")
    async with running(app):
        open_app = Guarded(app, committed(), HOSTS[:1])
        for law in ("hosts", "origins", "allowed"):
            check(await findings(LAWS[law], open_app))


def _accepting(check_name: str, is_accepted: Callable[[str], bool], header: str) -> Plant:
    """Have a check of the service accept, beside what it accepts, a header that is like it."""
    checked = getattr(AccessMiddleware, check_name)

    def careless(self: AccessMiddleware, *args: Any) -> Any:
        accepts = is_accepted(args[-1].get(header, ""))
        return None if accepts else checked(self, *args)

    return lambda patch: patch.setattr(AccessMiddleware, check_name, careless)


PLANTED: dict[str, tuple[str, Plant]] = {
    "a host that ends alike": (
        "hosts",
        _accepting("_wrong_host", lambda host: host.endswith("cafe"), "host"),
    ),
    "a host that begins alike": (
        "hosts",
        _accepting("_wrong_host", lambda host: host.startswith("localhost"), "host"),
    ),
    "a host after userinfo": (
        "hosts",
        _accepting("_wrong_host", lambda host: host.split("@")[-1] == "localhost", "host"),
    ),
    "an origin that ends alike": (
        "origins",
        _accepting("_wrong_origin", lambda origin: origin.endswith("localhost"), "origin"),
    ),
    "an origin with another port": (
        "origins",
        _accepting("_wrong_origin", lambda origin: urlsplit(origin).hostname == "cafe", "origin"),
    ),
    "an origin of nothing": (
        "origins",
        _accepting("_wrong_origin", lambda origin: origin == "null", "origin"),
    ),
    "a method that is taken for safe": (
        "origins",
        lambda patch: patch.setattr(access_code, "_SAFE", {"GET", "HEAD", "DELETE"}),
    ),
    "a token that begins alike": (
        "tokens",
        lambda patch: patch.setattr(
            access_code, "hmac", SimpleNamespace(compare_digest=lambda a, b: a[:8] == b[:8])
        ),
    ),
    "documents without a token": (
        "tokens",
        lambda patch: patch.setattr(access_code, "PROTECTED", ("/api",)),
    ),
    "a file by another path": (
        "paths",
        lambda patch: patch.setattr(page, "_inside", lambda root, path: (root / path).resolve()),
    ),
    "a name that is forgotten": (
        "allowed",
        lambda patch: patch.setattr(access_code, "_HOST", re.compile("(?P<name>[a-z.]+)")),
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_fault_is_found(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    law, plant = PLANTED[planted]
    plant(monkeypatch)
    finding = await anext(aiter(LAWS[law](guarded)), None)
    codes = {"paths": "near-path-accepted", "allowed": "allowed-refused"}
    assert finding is not None
    assert finding.code in {
        codes.get(law),
        f"near-{law[:-1]}-accepted",
        "near-authorization-accepted",
    }


def test_there_is_much_to_try(summarise: Summarise) -> None:
    n_ways = sum(1 for _ in ways(committed()))
    near = [hosts("a.b"), origins("http", "a.b"), sites(), tokens(TOKEN)]
    assert all(len(misses) > 10 for misses in near)
    summarise("edges", f"{sum(map(len, near))} near misses of a value by {n_ways} ways in")
