"""`doctor`: checks an installation and says how to fix what does not work."""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from quant_engine.api import page
from quant_engine.api.home import owner
from quant_engine.api.schemas.system_health import Check, Verdict
from quant_engine.api.services.health_checks import HealthCheck
from quant_engine.cli.client import connect
from quant_engine.config import PREFIX, Settings, load_settings
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.database.postgres import server_version
from quant_engine.database.sqlite import checked_url
from quant_engine.database.urls import is_postgres
from quant_engine.database.version import schema_revision
from quant_engine.domain.errors import QuantEngineError, Refused

_COLOURS: dict[Verdict, str] = {"ok": "green", "degraded": "yellow", "failing": "red"}

_PYTHON = HealthCheck("python", "3.11 or newer", "Install Python 3.11 or newer.")
_PAGE = HealthCheck("page", "built", "Run: python -m nox -s page")
_SETTINGS = HealthCheck(
    "settings", "each is valid and has an effect", "Correct or unset what the reason names."
)
_HOME = HealthCheck("home", "can be read", "Set QUANT_ENGINE_HOME to a folder that you own.")
_FILE = HealthCheck(
    "database file",
    "whole",
    "Stop the service, and restore a backup into an empty home with quant-engine restore.",
)
_SERVICE = HealthCheck("service", "starts and answers", "Fix what the reason names, and try again.")


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Check this installation; exit 1 when something fails."""
    settings, check = _settings()
    if settings is not None and not as_json:
        # before the service starts, which may fail because of one of them
        Console().print(_effects(settings))
    checks = [*_installation(), check, *(_service(settings) if settings is not None else ())]
    if as_json:
        typer.echo(json.dumps([check.model_dump() for check in checks]))
    else:
        table = Table("check", "status", "threshold", "reason", "what to do")
        for check in checks:
            status = f"[{_COLOURS[check.status]}]{check.status}[/]"
            table.add_row(check.name, status, check.threshold, check.reason, check.action or "")
        Console().print(table)
    raise typer.Exit(1 if any(check.status == "failing" for check in checks) else 0)


def _installation() -> list[Check]:
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        _PYTHON.ok(f"Python {python} on {sys.platform}."),
        _PAGE.ok("The page is built.")
        if page.is_built()
        else _PAGE.degraded("The page is not built.", _PAGE.unreadable_action),
    ]


def _settings() -> tuple[Settings | None, Check]:
    try:
        settings = load_settings()
    except Refused as error:
        wrong = "; ".join(f"{variable}: {text}" for variable, text in error.fields)
        return None, _SETTINGS.failing(f"{wrong}.")
    n_set = len(settings.model_fields_set)
    return settings, _SETTINGS.ok(f"{n_set} of {len(Settings.model_fields)} are set.")


def _effects(settings: Settings) -> Table:
    """List what each setting is, where its value comes from, and what it does."""
    # a name that is broken cannot be copied, and of a value nothing is left out
    table = Table(
        Column("setting", no_wrap=True), Column("value", overflow="fold"), "from", "what it does"
    )
    for name, field in Settings.model_fields.items():
        source = "environment" if name in settings.model_fields_set else "default"
        value = Text(_shown(getattr(settings, name)))
        table.add_row(f"{PREFIX}{name.upper()}", value, source, Text(field.description or ""))
    return table


def _shown(value: object) -> str:
    match value:
        case None | []:
            return "unset"
        case SecretStr():
            return "hidden"
        case list():
            return ", ".join(map(str, value))
    return str(value)


def _service(settings: Settings) -> list[Check]:
    return [_home(settings), _file(settings), *_health(settings)]


def _home(settings: Settings) -> Check:
    try:
        url = owner(settings.home)
    except QuantEngineError as error:
        return _HOME.failing(error.message)
    owned = f"a service at {url} owns it" if url else "no service owns it"
    return _HOME.ok(f"{settings.home}; {owned}.")


def _file(settings: Settings) -> Check:
    try:
        if is_postgres(settings.workspace.database):
            return _server(settings)
        path = Path(str(checked_url(settings.workspace.database).database))
        if not path.exists():
            return _FILE.ok("There is none yet.")
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except QuantEngineError as error:
        return _FILE.failing(error.message)
    except sqlite3.Error as error:
        return _FILE.failing(f"It cannot be read: {error}.")
    return _FILE.ok("It is whole.") if found == "ok" else _FILE.failing(f"It is damaged: {found}.")


def _server(settings: Settings) -> Check:
    database = BlockingDatabase(settings.workspace.database)
    try:
        with database.reading() as connection:
            version = server_version(connection)
            schema = schema_revision(connection)
    finally:
        database.close()
    tables = "It has no tables yet." if schema is None else f"Its schema is {schema}."
    return _FILE.ok(f"A server of PostgreSQL {version} answers. {tables}")


def _health(settings: Settings) -> list[Check]:
    try:
        with connect(settings) as client:
            return [Check(**check) for check in client.get("/api/system/health")["checks"]]
    except QuantEngineError as error:
        return [_SERVICE.failing(error.message)]
