"""The contract as a file: write it, or say where the committed one and the code differ."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from quant_engine.api.export import render
from quant_engine.api.main import create_app
from quant_engine.cli.places import code_of, escaped, line_numbers, short
from quant_engine.config import Settings

Target = Annotated[Path, typer.Argument(help="The committed contract.")]
DEFAULT = Path("openapi.json")
MEND = "quant-engine contract export && npm --prefix frontend run types (or: nox -s fix)"

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
    for line in compare(path, committed, made):
        typer.echo(line)
    raise typer.Exit(1)


def _rendered() -> str:
    # the home is not touched before the service starts
    return render(create_app(Settings.model_construct()))


@dataclass(frozen=True)
class Difference:
    """One place where file and code do not say the same."""

    pointer: str
    there: str  #: in the file
    here: str  #: in the code
    words: tuple[str, ...] = ()  #: names that only one of them has


def compare(path: Path, committed: str, made: str) -> Iterator[str]:
    """Say each difference in one line: what, where in both, and what to run."""
    try:
        there = json.loads(committed)
    except ValueError as error:
        yield f"{path}: not JSON ({error}); run: {MEND}"
        return
    lines = line_numbers(committed)
    found = list(_differences(there, json.loads(made), ""))
    for difference in found:
        pointer = difference.pointer
        while pointer not in lines:
            pointer = pointer.rpartition("/")[0]
        file, line, what = code_of(difference.pointer, difference.words)
        yield (
            f"{path}:{lines[pointer]}: {difference.pointer or '/'} is {difference.there} in the file "
            f"and {difference.here} in the code ({_nearby(file)}:{line}, {what}); run: {MEND}"
        )
    if not found:
        yield f"{path}:1: the same content, written in another order or style; run: {MEND}"


def _nearby(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _differences(there: Any, here: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(there, dict) and isinstance(here, dict):
        renamed = _renamed(there, here)
        if renamed is not None:
            old, new = renamed
            yield Difference(f"{pointer}/{escaped(old)}", f"{old!r}", f"{new!r}", (new, old))
            there = {(new if key == old else key): value for key, value in there.items()}
        # fields first: what else differs follows from them
        for key in sorted({*there, *here}, key=lambda key: (key != "properties", key)):
            step = f"{pointer}/{escaped(key)}"
            if key not in there:
                yield Difference(step, "absent", short(here[key]))
            elif key not in here:
                yield Difference(step, short(there[key]), "absent")
            else:
                yield from _differences(there[key], here[key], step)
    elif isinstance(there, list) and isinstance(here, list) and there != here:
        yield from _list_differences(there, here, pointer)
    elif there != here or isinstance(there, bool) is not isinstance(here, bool):
        yield Difference(pointer, short(there), short(here))


def _renamed(there: dict[str, Any], here: dict[str, Any]) -> tuple[str, str] | None:
    """Return the old and the new name, where one key and only one went and came."""
    gone, come = there.keys() - here.keys(), here.keys() - there.keys()
    if len(gone) != 1 or len(come) != 1:
        return None
    (old,), (new,) = gone, come
    kept = [
        {**one, "title": None} if isinstance(one, dict) else one for one in (there[old], here[new])
    ]
    return (old, new) if kept[0] == kept[1] else None


def _list_differences(there: list[Any], here: list[Any], pointer: str) -> Iterator[Difference]:
    gone, come = ([one for one in a if one not in b] for a, b in ((there, here), (here, there)))
    if len(there) == len(here) and not all(isinstance(one, str) for one in (*gone, *come)):
        for index, (one, other) in enumerate(zip(there, here, strict=True)):
            yield from _differences(one, other, f"{pointer}/{index}")
        return
    words = tuple(one for one in (*come, *gone) if isinstance(one, str))
    if not gone and not come:
        yield Difference(pointer, f"in the order {short(there)}", short(here))
    else:
        with_gone = f"with {short(gone)}" if gone else "without"
        yield Difference(pointer, with_gone, f"with {short(come)}" if come else "without", words)
