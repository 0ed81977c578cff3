"""The contract as files: write them, or report where the committed files and the code differ."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from quant_engine.api.export import as_text, document
from quant_engine.api.main import create_app
from quant_engine.cli.openapi_31 import derive
from quant_engine.cli.places import code_of, escaped, line_numbers, short
from quant_engine.config import Settings
from quant_engine.disk import write_whole
from quant_engine.domain.errors import Unavailable


class OpenApi(StrEnum):
    """A version of OpenAPI that the contract is written in."""

    V3_2 = "3.2"  #: as the service serves it
    V3_1 = "3.1"  #: for client generators

    @property
    def default(self) -> Path:
        """The committed file."""
        return Path("openapi.json" if self is OpenApi.V3_2 else f"openapi-{self}.json")


Target = Annotated[
    Path | None, typer.Argument(help="The file.", show_default="the committed one of each version")
]
Version = Annotated[
    OpenApi | None,
    typer.Option("--openapi", help="Only this version: 3.1 is for client generators."),
]
FIX = "quant-engine contract export && npm --prefix frontend run types (or: nox -s fix)"

app = typer.Typer(help="Export or check openapi.json and openapi-3.1.json.", no_args_is_help=True)


@app.command()
def export(path: Target = None, version: Version = None) -> None:
    """Write the contract: openapi.json and openapi-3.1.json, or one version."""
    for target, text in _rendered(path, version).items():
        try:
            write_whole(target, text.encode())
        except Unavailable as error:
            reason = getattr(error.__cause__, "strerror", error.message)
            raise Unavailable(
                f"{target} cannot be written ({reason}). Name another file, or check its permissions."
            ) from error
        typer.echo(f"Wrote {target}")


@app.command()
def check(path: Target = None, version: Version = None) -> None:
    """Compare the committed contract with the code; exit 1 when they differ."""
    differs = False
    for target, rendered in _rendered(path, version).items():
        committed = target.read_text("utf-8", errors="replace") if target.is_file() else "{}"
        if committed == rendered:
            typer.echo(f"{target} agrees with the code.")
            continue
        differs = True
        for line in compare(target, committed, rendered):
            typer.echo(line)
    if differs:
        raise typer.Exit(1)


def _rendered(path: Path | None, version: OpenApi | None) -> dict[Path, str]:
    """Return the text of each file: a path without a version is that of the served document."""
    if path is None:
        versions = {one.default: one for one in OpenApi if version in {None, one}}
    else:
        versions = {path: version or OpenApi.V3_2}
    # the app creates no home before the service starts
    contract = document(create_app(Settings.model_construct()))
    return {
        target: as_text(derive(contract) if one is OpenApi.V3_1 else contract)
        for target, one in versions.items()
    }


@dataclass(frozen=True)
class Difference:
    """One place where the file and the code differ."""

    pointer: str
    in_file: str
    in_code: str
    names: tuple[str, ...] = ()  #: that only one of them has


def compare(path: Path, committed: str, rendered: str) -> Iterator[str]:
    """Report each difference in one line: what, where in both, and what to run."""
    try:
        file_value = json.loads(committed)
    except ValueError as error:
        yield f"{path}: not JSON ({error}); run: {FIX}"
        return
    lines = line_numbers(committed)
    differences = list(_differences(file_value, json.loads(rendered), ""))
    for difference in differences:
        pointer = difference.pointer
        while pointer not in lines:
            pointer = pointer.rpartition("/")[0]
        file, line, what = code_of(difference.pointer, difference.names)
        yield (
            f"{path}:{lines[pointer]}: {difference.pointer or '/'} is {difference.in_file} in the file "
            f"and {difference.in_code} in the code ({_nearby(file)}:{line}, {what}); run: {FIX}"
        )
    if not differences:
        yield f"{path}:1: the same content, written in another order or style; run: {FIX}"


def _nearby(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _differences(in_file: Any, in_code: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(in_file, dict) and isinstance(in_code, dict):
        renamed = _renamed(in_file, in_code)
        if renamed is not None:
            old, new = renamed
            yield Difference(f"{pointer}/{escaped(old)}", f"{old!r}", f"{new!r}", (new, old))
            in_file = {(new if key == old else key): value for key, value in in_file.items()}
        # fields first: other differences follow from them
        for key in sorted({*in_file, *in_code}, key=lambda key: (key != "properties", key)):
            step = f"{pointer}/{escaped(key)}"
            if key not in in_file:
                yield Difference(step, "absent", short(in_code[key]))
            elif key not in in_code:
                yield Difference(step, short(in_file[key]), "absent")
            else:
                yield from _differences(in_file[key], in_code[key], step)
    elif isinstance(in_file, list) and isinstance(in_code, list) and in_file != in_code:
        yield from _list_differences(in_file, in_code, pointer)
    elif in_file != in_code or isinstance(in_file, bool) is not isinstance(in_code, bool):
        yield Difference(pointer, short(in_file), short(in_code))


def _renamed(in_file: dict[str, Any], in_code: dict[str, Any]) -> tuple[str, str] | None:
    """Return the old and the new name of a key, if exactly one key was renamed."""
    removed, added = in_file.keys() - in_code.keys(), in_code.keys() - in_file.keys()
    if len(removed) != 1 or len(added) != 1:
        return None
    (old,), (new,) = removed, added
    before, after = (
        {**one, "title": None} if isinstance(one, dict) else one
        for one in (in_file[old], in_code[new])
    )
    return (old, new) if before == after else None


def _list_differences(in_file: list[Any], in_code: list[Any], pointer: str) -> Iterator[Difference]:
    removed = [one for one in in_file if one not in in_code]
    added = [one for one in in_code if one not in in_file]
    if len(in_file) == len(in_code) and not all(isinstance(one, str) for one in (*removed, *added)):
        for index, (one, other) in enumerate(zip(in_file, in_code, strict=True)):
            yield from _differences(one, other, f"{pointer}/{index}")
        return
    names = tuple(one for one in (*added, *removed) if isinstance(one, str))
    if not removed and not added:
        yield Difference(pointer, f"in the order {short(in_file)}", short(in_code))
    else:
        before = f"with {short(removed)}" if removed else "without"
        yield Difference(pointer, before, f"with {short(added)}" if added else "without", names)
