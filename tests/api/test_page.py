"""The static page: a strict policy, a fresh nonce, and no path that leaves its folder."""

import gzip
import os
import re
from pathlib import Path

import pytest

from contract_tests.kit.answers import refusal
from contract_tests.kit.service import client_of, idle_app
from quant_engine.api import page
from quant_engine.domain.errors import ErrorCode
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Answer

SCRIPT = "export const one = 1;" * 10
#: nothing here reads it
BROTLI = b"stands for brotli"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "ui"
    (root / "assets").mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "index.html").write_text('<style nonce="__CSP_NONCE__"></style><p>page</p>')
    (root / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (root / "assets" / "app-1a2b.js.br").write_bytes(BROTLI)
    (root / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (root / "docs" / "index.html").write_text("docs")
    (tmp_path / "secret.txt").write_text("outside")
    monkeypatch.setattr(page, "_PLACES", (root,))
    return root


async def test_the_page_comes_with_a_strict_policy_and_a_nonce_of_its_own(
    built: Path, tmp_path: Path
) -> None:
    async with client_of(idle_app(tmp_path / "home")) as client:
        nonces = set()
        for path in ("/", "/jobs/1", "/"):
            answer = await client.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self';" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            found = re.search(r"style-src 'self' 'nonce-([A-Za-z0-9_-]{22})'", policy)
            assert found is not None
            assert f'nonce="{found[1]}"' in answer.text
            nonces.add(found[1])
        assert len(nonces) == 3
        asset = await client.get("/assets/app-1a2b.js")
        assert "immutable" in asset.headers["cache-control"]
        assert "default-src 'none'" in asset.headers["content-security-policy"]
        assert (await client.get("/docs")).text == "docs"
        assert built.is_dir()


@pytest.mark.parametrize(
    "path",
    [
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/docs/..%2f..%2fsecret.txt",
        "/%2fetc/passwd.",
        "/docs/%2fetc%2fpasswd",
        "/assets/nope.js",
        "/a%00b.js",
        f"/{'x' * 5000}.js",
    ],
)
async def test_no_path_leaves_the_folder_of_the_page(
    built: Path, tmp_path: Path, path: str
) -> None:
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    async with client_of(idle_app(tmp_path / "home")) as client:
        refusal(await client.get(path), ErrorCode.NOT_FOUND)
        refusal(await client.get("/link.txt"), ErrorCode.NOT_FOUND)


async def test_a_page_that_is_not_built_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_PLACES", (tmp_path,))
    async with client_of(idle_app(tmp_path / "home")) as client:
        answer = await client.get("/")
        assert "npm run build" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_page_that_is_being_rebuilt_says_what_to_run(built: Path, tmp_path: Path) -> None:
    async with client_of(idle_app(tmp_path / "home")) as client:
        (built / "index.html").unlink()
        answer = await client.get("/jobs")
    assert answer.status_code == 200
    assert "python -m nox -s page" in answer.text


async def script(tmp_path: Path, path: str = "/assets/app-1a2b.js", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await request(idle_app(tmp_path / "home"), "GET", path, headers=sent)


async def test_a_file_is_sent_as_the_build_stored_it(built: Path, tmp_path: Path) -> None:
    brotli = await script(tmp_path, accept_encoding="gzip, deflate, br, zstd")
    assert (brotli.headers["content-encoding"], brotli.body) == ("br", BROTLI)
    zipped = await script(tmp_path, accept_encoding="gzip")
    assert (zipped.headers["content-encoding"], zipped.body) == ("gzip", SCRIPT.encode())
    plain = await script(tmp_path)
    assert "content-encoding" not in plain.headers
    assert plain.body == SCRIPT.encode()
    for answer in (brotli, zipped, plain):
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-length"] == str(answer.n_bytes)
        assert "immutable" in answer.headers["cache-control"]
    assert len({one.headers["etag"] for one in (brotli, zipped, plain)}) == 3
    # what has no variant is the same for all
    docs = await script(tmp_path, "/docs", accept_encoding="br")
    assert {"vary", "content-encoding"}.isdisjoint(docs.headers)
    assert built.is_dir()


async def test_variants_of_one_size_and_time_have_tags_of_their_own(
    built: Path, tmp_path: Path
) -> None:
    files = [built / "assets" / f"app-1a2b.js{suffix}" for suffix in ("", ".br", ".gz")]
    for file in files:
        file.write_bytes(b"of one size")
        os.utime(file, (1, 1))
    tags = [
        (await script(tmp_path, accept_encoding=accept)).headers["etag"]
        for accept in ("identity", "br", "gzip")
    ]
    assert len(set(tags)) == 3


@pytest.mark.parametrize("name", ["assets/app-1a2b.js.br", "assets/app-1a2b.js.gz", "alone.gz"])
async def test_a_variant_is_no_path(built: Path, tmp_path: Path, name: str) -> None:
    (built / "alone.gz").touch()
    answer = await script(tmp_path, f"/{name}", accept_encoding="br, gzip")
    assert answer.json()["error"]["code"] == ErrorCode.NOT_FOUND


async def test_a_variant_outside_the_folder_is_not_sent(built: Path, tmp_path: Path) -> None:
    variant = built / "assets" / "app-1a2b.js.br"
    variant.unlink()
    variant.symlink_to(tmp_path / "secret.txt")
    answer = await script(tmp_path, accept_encoding="br")
    assert answer.body == SCRIPT.encode()


async def test_a_client_that_has_the_variant_gets_304(built: Path, tmp_path: Path) -> None:
    brotli = await script(tmp_path, accept_encoding="br")
    tag, date = brotli.headers["etag"], brotli.headers["last-modified"]
    for sent in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        answer = await script(tmp_path, accept_encoding="br", if_none_match=sent)
        assert (answer.status, answer.body) == (304, b""), sent
        assert answer.headers["etag"] == tag
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["cache-control"] == brotli.headers["cache-control"]
        assert {"content-encoding", "content-type", "content-length"}.isdisjoint(answer.headers)
    # of the same file in another coding
    for sent in (tag, tag.strip('"'), ""):
        answer = await script(tmp_path, accept_encoding="gzip", if_none_match=sent)
        assert answer.status == 200
    assert (await script(tmp_path, if_modified_since=date)).status == 304
    for sent in ("Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", ""):
        assert (await script(tmp_path, if_modified_since=sent)).status == 200
    # the tag counts, where both are sent
    both = {"if_none_match": '"another"', "if_modified_since": date}
    assert (await script(tmp_path, **both)).status == 200
    assert built.is_dir()


async def test_a_range_is_of_the_variant_that_is_sent(built: Path, tmp_path: Path) -> None:
    whole = await script(tmp_path, accept_encoding="br")
    ask = {"accept_encoding": "br", "range": "bytes=0-5"}
    part = await script(tmp_path, **ask)
    assert (part.status, part.body) == (206, BROTLI[:6])
    assert part.headers["content-encoding"] == "br"
    assert part.headers["content-range"] == f"bytes 0-5/{len(BROTLI)}"
    part = await script(tmp_path, **ask, if_range=whole.headers["etag"])
    assert part.status == 206
    other = await script(tmp_path, accept_encoding="gzip")
    # by a date no client knows which coding it has begun
    for validator in (other.headers["etag"], whole.headers["last-modified"]):
        assert (await script(tmp_path, **ask, if_range=validator)).body == BROTLI
    assert (await script(tmp_path, **ask, if_none_match=whole.headers["etag"])).status == 304
    assert built.is_dir()


async def test_the_page_itself_is_compressed_where_it_is_large(built: Path, tmp_path: Path) -> None:
    assert "content-encoding" not in (await script(tmp_path, "/", accept_encoding="gzip")).headers
    (built / "index.html").write_text('<style nonce="__CSP_NONCE__"></style>' * 100)
    page = await script(tmp_path, "/", accept_encoding="gzip, br")
    assert page.headers["content-encoding"] == "gzip"
    assert page.headers["vary"] == "Accept-Encoding"
    nonce = page.headers["content-security-policy"].partition("nonce-")[2][:22]
    assert page.body.count(nonce.encode()) == 100
