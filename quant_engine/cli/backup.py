"""`backup` and `restore`: they work on files, beside a service or without one, and send no request."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from quant_engine.backup.record import BackupRecord
from quant_engine.backup.restore import restore as restore_home
from quant_engine.backup.save import save
from quant_engine.config import Settings, load_settings
from quant_engine.database.sqlite import checked_url
from quant_engine.database.urls import is_postgres
from quant_engine.domain.errors import Unavailable

INTERRUPTED = 130  #: exit code, as of Ctrl-C
SHOWN = 5  #: names in a warning
_ENDING = (signal.SIGTERM, signal.SIGHUP)

AsJson = Annotated[bool, typer.Option("--json", help="Print what it contains as one line of JSON.")]


def backup(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Write a backup of jobs, reports, signals and models; the service may run meanwhile."""
    settings = load_settings()
    with _interruptible():
        record = save(settings.home, _database(settings), directory)
    _warn(record.missing, "missing")
    _warn(record.damaged, "damaged")
    _print(record, f"Backup in {directory}", as_json=as_json)


def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `backup` wrote.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write a backup into an empty home that no service owns."""
    settings = load_settings()
    with _interruptible():
        record = restore_home(directory, settings.home, _database(settings))
    _print(record, f"Restored into {settings.home}", as_json=as_json)
    unfinished = record.counts.unfinished
    if unfinished and not as_json:
        verb = "it runs" if unfinished == 1 else "they run"
        typer.echo(f"{unfinished} of the jobs had not ended; {verb} when the service starts.")


def _database(settings: Settings) -> Path:
    if is_postgres(settings.workspace.database):
        raise Unavailable(
            "The database is on a server, which these commands do not copy. Use pg_dump and pg_restore for it, and copy "
            "the folders models, reports and signals of the home."
        )
    return Path(str(checked_url(settings.workspace.database).database))


@contextmanager
def _interruptible() -> Iterator[None]:
    """End as after Ctrl-C on other signals too, so that nothing half-written is left."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in _ENDING}
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Interrupted. Nothing half-written is left; run it again.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print(record: BackupRecord, done: str, *, as_json: bool) -> None:
    counts = record.counts
    if as_json:
        typer.echo(record.model_dump_json())
        return
    parts = (
        _count(counts.jobs, "job"),
        _count(counts.reports, "report"),
        _count(counts.signals, "report", "of signals"),
        _count(counts.models, "model"),
    )
    typer.echo(f"{done}: {', '.join(parts)}; {counts.bytes / 1e6:,.1f} MB.")
    typer.echo(f"It shows the home as of {record.created_at:%Y-%m-%d %H:%M:%S} UTC.")


def _count(number: int, thing: str, *rest: str) -> str:
    return " ".join([f"{number:,}", thing if number == 1 else f"{thing}s", *rest])


def _warn(names: list[str], state: str) -> None:
    if names:
        verb = "is" if len(names) == 1 else "are"
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        typer.echo(
            f"{_count(len(names), 'file')} {verb} {state} in the home, and in the backup: "
            f"{', '.join(names[:SHOWN])}{more}",
            err=True,
        )
