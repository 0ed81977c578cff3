"""Three small apps of different styles: each is clean under every check, and each drift of its table is found."""

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from wirelaw.checks import CHECKS
from wirelaw.finding import Finding
from wirelaw.outcome import find
from wirelaw.repository import Repository
from wirelaw.tree import Tree
from wirelaw_tests.apps.table import (
    APPS,
    BY_SOURCES,
    CLEAN,
    MODULES,
    REQUESTS,
    STARTED,
    WORDS,
    Row,
    copy,
    loaded,
    rows,
    tour,
)

#: of the checkout, for the types of React
PACKAGES = Path(__file__).parents[3] / "frontend" / "node_modules"


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Repository]:
    """Every app with every drift, and clean; all pages are read by one process of Node."""
    root = tmp_path_factory.mktemp("apps")
    found = {row.id: Repository.at(copy(row, root)) for row in [*STARTED, *BY_SOURCES]}
    requests = json.dumps([request_of(repository.tree) for repository in found.values()])
    command = ("node", str(APPS / "pages.mjs"))
    done = subprocess.run(command, input=requests, capture_output=True, text=True, check=True)
    for repository, answer in zip(found.values(), json.loads(done.stdout), strict=True):
        assert answer["unseen"] == []
        repository.__dict__["page"] = defaultdict(list, answer["facts"])
    return found


def request_of(tree: Tree) -> dict[str, Any]:
    (folder,) = {tree.project_of(path) for path in tree.page}
    return {"root": str(tree.root), "projects": [{"folder": folder, "files": tree.page}]}


def look(repository: Repository) -> list[Finding]:
    return [*find(repository, (check for check in CHECKS if check.level < 2))]


@pytest.mark.parametrize("app", MODULES)
def test_it_is_clean(app: str, repositories: dict[str, Repository]) -> None:
    repository = repositories[Row(app, CLEAN).id]
    assert [finding.line for finding in look(repository)] == []
    assert repository.unseen == []


@pytest.mark.parametrize("row", BY_SOURCES, ids=lambda row: row.id)
def test_a_drift_is_found(row: Row, repositories: dict[str, Repository]) -> None:
    found = look(repositories[row.id])
    own = [finding for finding in found if finding.code == row.code]
    lines = "\n".join(finding.line for finding in found) or "nothing was found"
    assert len(own) == 1, lines
    places = {place.rpartition(":")[0] for place in (own[0].pointer, own[0].source)}
    assert places == {*row.places}, lines
    assert {finding.code for finding in found} <= {row.code, *row.also}, lines


@pytest.mark.parametrize("app", MODULES)
def test_the_table_has_drifts_of_every_level_and_of_checks_that_exist(app: str) -> None:
    table = rows(app)
    assert len(table) >= 8
    assert len({row.name for row in table}) == len(table)
    assert {row.level for row in table} == {0, 1, 2}
    codes = {check.code: check.level for check in CHECKS}
    assert {row.code: row.level for row in table if row.level < 2}.items() <= codes.items()


@pytest.mark.parametrize("app", MODULES)
async def test_it_runs(app: str) -> None:
    with loaded(APPS / app, app) as service:
        answers = await tour(service, REQUESTS[app])
    assert [answer.status_code for answer in answers] == [status for *_, status in REQUESTS[app]]
    (stream,) = (one.text for one in answers if "event-stream" in one.headers["content-type"])
    assert words_of(stream) == WORDS[app]


def words_of(stream: str) -> list[str]:
    frames = [
        dict(line.partition(": ")[::2] for line in frame.splitlines() if not line.startswith(":"))
        for frame in stream.replace("\r\n", "\n").split("\n\n")
    ]
    sent = [frame for frame in frames if "data" in frame]
    return [frame.get("event") or json.loads(frame["data"])["type"] for frame in sent]


@pytest.mark.skipif(not PACKAGES.is_dir(), reason="the types of React are not installed")
@pytest.mark.parametrize(("app", "folder"), [("subtitles", "frontend"), ("scanroom", "ui")])
def test_the_page_compiles(app: str, folder: str, tmp_path: Path) -> None:
    shutil.copytree(APPS / app / folder, tmp_path / folder)
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    # the one package that is not of the checkout
    declared = 'declare module "@microsoft/fetch-event-source";\n'
    (tmp_path / folder / "src" / "packages.d.ts").write_text(declared, encoding="utf-8")
    compiler = (str(PACKAGES / ".bin" / "tsc"), "--noImplicitAny", "false", "-p", folder)
    done = subprocess.run(compiler, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_the_contract_of_subtitles_is_the_one_that_it_exports() -> None:
    committed = json.loads((APPS / "subtitles" / "openapi.json").read_text(encoding="utf-8"))
    with loaded(APPS / "subtitles", "subtitles") as app:
        assert app.openapi() == committed
