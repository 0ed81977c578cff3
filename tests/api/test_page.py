"""The static page: a strict policy, a fresh nonce, and no path that leaves its folder."""

import re
from pathlib import Path

import pytest

from contract_tests.kit.answers import refusal
from contract_tests.kit.service import client_of, idle_app
from quant_engine.api import page
from quant_engine.domain.errors import ErrorCode


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "ui"
    (root / "assets").mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "index.html").write_text('<style nonce="__CSP_NONCE__"></style><p>page</p>')
    (root / "assets" / "app-1a2b.js").write_text("1")
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
