"""The contract as a file: write it, or say how the committed one differs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from quant_engine.api.export import render
from quant_engine.api.main import create_app
from quant_engine.config import Settings

Target = Annotated[Path, typer.Argument(help="The committed contract.")]
DEFAULT = Path("openapi.json")

app = typer.Typer(help="Export or check openapi.json.", no_args_is_help=True)


@app.command()
def export(path: Target = DEFAULT) -> None:
    """Write the contract."""
    path.write_text(_rendered(), encoding="utf-8")
    typer.echo(f"Wrote {path}")


@app.command()
def check(path: Target = DEFAULT) -> None:
    """Compare the committed contract with the code; exit 1 when they differ."""
    made = _rendered()
    committed = path.read_text(encoding="utf-8") if path.is_file() else "{}"
    if committed == made:
        typer.echo(f"{path} agrees with the code.")
        return
    for pointer, there, here in _differences(json.loads(committed), json.loads(made), ""):
        typer.echo(f"{pointer or '/'}\n  {path}: {there}\n  code: {here}")
    typer.echo("Run: quant-engine contract export")
    raise typer.Exit(1)


def _rendered() -> str:
    # the home is not touched before the service starts
    return render(create_app(Settings.model_construct()))


def _differences(there: Any, here: Any, pointer: str) -> list[tuple[str, str, str]]:
    if isinstance(there, dict) and isinstance(here, dict):
        found = []
        for key in sorted({*there, *here}):
            step = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            found += _differences(there.get(key, _ABSENT), here.get(key, _ABSENT), step)
        return found
    return [] if there == here else [(pointer, _short(there), _short(here))]


_ABSENT = object()


def _short(value: Any) -> str:
    text = "absent" if value is _ABSENT else json.dumps(value, sort_keys=True)
    return text if len(text) <= 200 else text[:197] + "..."  # noqa: PLR2004 - one line
