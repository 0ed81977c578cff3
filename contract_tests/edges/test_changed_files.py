"""However a file changes, the next answer is that of a service which has just started and remembers nothing."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.clocked import without_clock
from contract_tests.kit.homes import FilledService, filled
from contract_tests.kit.service import RunningService, idle_app, running
from contract_tests.repository import committed
from quant_engine.data import manifest
from quant_engine.data.manifest import (
    DataManifest,
    data_files,
    signature,
    write_manifest,
)
from quant_engine.domain.work import Workspace
from wirelaw.finding import Finding, check

FIX = "key the cache on all of a file's status; then run `pytest contract_tests/edges/test_changed_files.py`"
PATHS = [
    operation.path
    for operation in committed().operations()
    if operation.method == "get" and not operation.streams
]
CHANGED = (
    *("prices/AAA.csv", "models/registry.json", "models/v1/manifest.json"),
    *("reports/{backtest}.json", "signals/{prediction}.json"),
)


def _edit(path: Path, at_ns: int = 0) -> None:
    """Change a digit, and move the time of the change by so much."""
    before, text = path.stat(), path.read_text()
    (*_, last) = re.finditer(r"[0-8]", text)
    path.write_text(f"{text[: last.start()]}{int(last[0]) + 1}{text[last.end() :]}")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + at_ns))


def _lengthen(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes() + b"\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replace(path: Path) -> None:
    shutil.copy2(path, path.with_name("other"))
    _edit(path.with_name("other"))
    path.with_name("other").replace(path)


#: ways in which a file changes, each after the one before
WAYS: dict[str, Callable[[Path], object]] = {
    "edited in place": lambda path: _edit(path, 10**6),
    "edited, and older than before": lambda path: _edit(path, -(10**13)),
    "longer, at the same time": _lengthen,
    "replaced, of the same size and time": _replace,
    "copied": lambda path: shutil.copy2(path, path.with_name(f"X{path.name}")),
    "renamed": lambda path: path.rename(path.with_name(f"Z{path.name}")),
    "renamed back": lambda path: path.with_name(f"Z{path.name}").rename(path),
    "removed": Path.unlink,
}


def _describe_by_content(service: RunningService, described: DataManifest) -> None:
    """Describe the prices by their bytes, which takes no time, in place of their days."""

    async def describe(workspace: Workspace) -> None:
        before, digest = signature(workspace), sha256()
        for path in data_files(workspace):
            digest.update(path.name.encode() + path.read_bytes())
        found = described.model_copy(update={"fallbacks": [digest.hexdigest()]})
        write_manifest(workspace, before, found)

    service.parts.catalog.describe = describe


async def _answers(service: FilledService, client: httpx.AsyncClient) -> dict[str, Any]:
    answers = {}
    for path in PATHS:
        answer = await client.get(service.fill(path))
        is_json = answer.headers["content-type"].startswith("application/json")
        body: Any = answer.json() if is_json else {"data": answer.text}
        # no id of a request
        data = body.get("data") or (body.get("error") or {}).get("code")
        answers[path] = without_clock(data)
    return answers


async def stale(service: FilledService, folder: Path, ways: Iterable[str] = WAYS) -> list[Finding]:
    """Change the files in these ways; report answers that a fresh service would not give."""
    found = []
    described = await service.parts.catalog.manifest()
    await _answers(service, service.client)
    for way in ways:
        for name in CHANGED:
            WAYS[way](service.file(name))
        present = await _answers(service, service.client)
        home = folder / f"fresh, {way}"
        # no cache, and no lock
        shutil.copytree(service.home, home, ignore=shutil.ignore_patterns("data", "*.lock"))
        shutil.copytree(service.parts.home.database.parent, home, dirs_exist_ok=True)
        app = idle_app(home, data_source="files", data_path=service.prices)
        async with running(app, data=None) as fresh:
            _describe_by_content(fresh, described)
            expected = await _answers(service, fresh.client)
        for path in PATHS:
            if present[path] != expected[path]:
                place = f"GET {path}: files {way}"
                texts = f"{expected[path]}"[:200], f"{present[path]}"[:200]
                found.append(Finding("edges", place, "stale-answer", *texts, FIX))
    return found


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[FilledService]:
    async with filled(tmp_path) as service:
        described = await service.parts.catalog.manifest()
        _describe_by_content(service, described)
        yield service


async def test_no_answer_is_of_a_file_that_changed(service: FilledService, tmp_path: Path) -> None:
    check(await stale(service, tmp_path))


PLANTED = {
    "st_size": "longer, at the same time",
    "st_mtime_ns": "edited in place",
    "st_ino": "replaced, of the same size and time",
}


@pytest.mark.parametrize("name", PLANTED)
async def test_a_key_that_leaves_out_a_part_of_the_status_is_found(
    service: FilledService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def careless(workspace: Workspace) -> str:
        kept = sorted({*PLANTED} - {name})
        paths = data_files(workspace)
        return str([(path.name, [getattr(path.stat(), one) for one in kept]) for path in paths])

    monkeypatch.setattr(manifest, "signature", careless)
    monkeypatch.setattr(f"{__name__}.signature", careless)
    places = {finding.pointer for finding in await stale(service, tmp_path, [PLANTED[name]])}
    assert f"GET /api/system/data-mode: files {PLANTED[name]}" in places
