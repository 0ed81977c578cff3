"""`doctor`: what works here, what does not, and what to do about it."""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from quant_engine.api import page
from quant_engine.api.home import owner
from quant_engine.api.services.health_service import Check, Verdict
from quant_engine.cli.client import connect
from quant_engine.config import Settings, load_settings
from quant_engine.domain.errors import QuantEngineError

_COLOURS: dict[Verdict, str] = {"ok": "green", "degraded": "yellow", "failing": "red"}


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Check this installation; exit 1 when something fails."""
    checks = [*_installation(), *_service()]
    if as_json:
        typer.echo(json.dumps([check.model_dump() for check in checks]))
    else:
        table = Table("check", "status", "reason", "what to do")
        for check in checks:
            status = f"[{_COLOURS[check.status]}]{check.status}[/]"
            table.add_row(check.name, status, check.reason, check.action or "")
        Console().print(table)
    raise typer.Exit(1 if any(check.status == "failing" for check in checks) else 0)


def _installation() -> list[Check]:
    built = page.is_built()
    return [
        Check(
            name="python",
            status="ok",
            reason=f"Python {'.'.join(map(str, sys.version_info[:3]))} on {sys.platform}.",
            action=None,
        ),
        Check(
            name="page",
            status="ok" if built else "degraded",
            reason="The page is built." if built else "The page is not built.",
            action=None if built else "Run: python -m nox -s page",
        ),
    ]


def _service() -> list[Check]:
    settings = load_settings()
    return [_guarded("home", lambda: _home(settings)), *_health(settings)]


def _home(settings: Settings) -> Check:
    url = owner(settings.home)
    held = f"a service at {url} owns it" if url else "no service owns it"
    return Check(name="home", status="ok", reason=f"{settings.home}; {held}.", action=None)


def _health(settings: Settings) -> list[Check]:
    try:
        with connect(settings) as client:
            return [Check(**check) for check in client.get("/api/system/health")["checks"]]
    except QuantEngineError as error:
        return [Check(name="service", status="failing", reason=error.message, action=None)]


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except QuantEngineError as error:
        return Check(name=name, status="failing", reason=error.message, action=None)
