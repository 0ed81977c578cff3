"""The apps, the requests of their pages, and their drifts: a change of one side a row, in `NAME.toml`."""

import importlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

APPS = Path(__file__).parent
CLEAN = "clean"
MODULES = {
    "greenhouse": (".", "greenhouse.main"),
    "subtitles": ("backend", "subtitles.main"),
    "scanroom": ("server", "scanroom.main"),
}


@dataclass(frozen=True)
class Row:
    """One drift: a text of one file that is replaced."""

    app: str
    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    code: str = ""  #: of the check that must find it
    places: tuple[str, ...] = ()  #: the files that the finding must name
    also: tuple[str, ...] = ()  #: checks that may find the same change as well
    level: int = 0  #: the lowest level that shows it

    @property
    def id(self) -> str:
        """The name of its folder."""
        return f"{self.app}-{self.name.replace(' ', '-').replace(',', '')}"

    def plant(self, folder: Path) -> None:
        """Change the copy of the app in a folder."""
        if not self.file:
            return
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.file} has {text.count(self.old)} times {self.old}"
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def rows(app: str) -> list[Row]:
    table = tomllib.loads((APPS / f"{app}.toml").read_text(encoding="utf-8"))["drift"]
    return [Row(app=app, **{key: _frozen(value) for key, value in one.items()}) for one in table]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


DRIFTS = [row for app in MODULES for row in rows(app)]
BY_SOURCES = [row for row in DRIFTS if row.level < 2]
STARTED = [Row(app, CLEAN) for app in MODULES]


@contextmanager
def loaded(folder: Path, app: str) -> Iterator[Any]:
    """Import the app of a folder, whatever was imported under its name before."""
    place, module = MODULES[app]
    sys.path.insert(0, str(folder / place))
    try:
        yield importlib.import_module(module).app
    finally:
        sys.path.remove(str(folder / place))
        for name in [one for one in sys.modules if one.partition(".")[0] == app]:
            del sys.modules[name]


def copy(row: Row, folder: Path, *, exports: bool = True) -> Path:
    """Copy an app with one drift, beside the contract that it exports: of the changed app, or as it was before."""
    target = folder / row.id
    shutil.copytree(APPS / row.app, target, ignore=shutil.ignore_patterns("__pycache__"))
    if not (target / "openapi.json").exists():
        with loaded(target, row.app) as app:
            write_contract(app, target)
    row.plant(target)
    if exports and row.level and row.file.endswith(".py"):
        # as a team does that exports its contract with each change
        with loaded(target, row.app) as app:
            write_contract(app, target)
    return target


def write_contract(app: Any, folder: Path) -> None:
    text = json.dumps(app.openapi(), indent=2) + "\n"
    (folder / "openapi.json").write_text(text, encoding="utf-8")


#: what the page requests, in order: a method, a path and a body, and what the answer's status is
REQUESTS: dict[str, list[tuple[str, str, Any, int]]] = {
    "greenhouse": [
        ("GET", "/api/beds", None, 200),
        ("POST", "/api/waterings", {"bed": "north", "litres": 8, "mode": "mist"}, 201),
        ("POST", "/api/waterings", {"bed": "west"}, 404),
        ("POST", "/api/waterings", {"bed": ""}, 422),
        ("GET", "/api/waterings/1/events", None, 200),
        ("GET", "/api/waterings?stage=done&limit=50", None, 200),
        ("POST", "/api/waterings/1/stop", None, 409),
        ("PUT", "/api/beds/south/schedule", {"hour": 7, "litres": 3, "enabled": True}, 200),
        ("GET", "/api/beds/south/schedule", None, 200),
    ],
    "subtitles": [
        ("POST", "/api/v1/jobs", {"title": "Talk", "script": "Anna: Hi\n\n♪ la la"}, 201),
        ("POST", "/api/v1/jobs", {"title": "Talk", "script": "Hi", "colour": 1}, 422),
        ("GET", "/api/v1/jobs?status=waiting&offset=0&limit=20", None, 200),
        ("GET", "/api/v1/jobs/{id}/events", None, 200),
        ("PATCH", "/api/v1/jobs/{id}", {"pinned": True, "title": "Lecture"}, 200),
        ("POST", "/api/v1/jobs/{id}/cancel", None, 409),
        ("GET", "/api/v1/jobs/{id}", None, 200),
        ("GET", "/api/v1/jobs/0", None, 404),
    ],
    "scanroom": [
        ("POST", "/v1/batches", {"box": "A-17", "sheets": 3, "double_sided": False}, 201),
        ("POST", "/v1/batches", {"box": "A-17", "sheets": 3}, 409),
        ("POST", "/v1/batches", {"box": "A"}, 422),
        ("PATCH", "/v1/batches/1", {"priority": "high", "note": "fragile"}, 200),
        ("GET", "/v1/batches/1/scan", None, 200),
        ("POST", "/v1/batches/1/archive", None, 200),
        ("GET", "/v1/batches?page=1&per_page=25", None, 200),
        ("GET", "/v1/batches/9/scan", None, 404),
    ],
}
#: the words of each stream, in order
WORDS = {
    "greenhouse": ["snapshot", "valve", "flow", "flow", "flow", "flow", "finished"],
    "subtitles": ["started", "line", "skipped", "skipped", "finished"],
    "scanroom": ["opened", "sheet", "blurred", "sheet", "sheet", "blurred", "closed"],
}


async def tour(app: Any, requests: list[tuple[str, str, Any, int]]) -> list[httpx.Response]:
    """Send what the page sends."""
    answers: list[httpx.Response] = []
    transport = httpx.ASGITransport(app)
    headers = {"X-API-Key": "seedling"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://page", headers=headers
    ) as page_of:
        created = ""
        for method, path, body, _ in requests:
            answer = await page_of.request(method, path.replace("{id}", created), json=body)
            if answer.status_code == 201:
                created = str(answer.json()["id"])
            answers.append(answer)
    return answers
