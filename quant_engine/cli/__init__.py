"""The commands; thin clients that use HTTP like every other client."""

import asyncio
import logging
import sys
from typing import Annotated

import typer

from quant_engine import __version__
from quant_engine.cli import backup, commands, contract, doctor, logs, prune
from quant_engine.cli.server import report_ready
from quant_engine.cli.server import serve as serve_until_stopped
from quant_engine.cli.service_log import configure_logging
from quant_engine.config import load_settings
from quant_engine.domain.errors import QuantEngineError


class _Commands(typer.Typer):
    """Commands that print an expected error's message and exit with 1, without a traceback, however they are started."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        try:
            return super().__call__(*args, **kwargs)
        except QuantEngineError as error:
            lines = [error.message, *(f"  {path}: {text}" for path, text in error.fields)]
            sys.stderr.write("\n".join(lines) + "\n")
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)


app = _Commands(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for _command in (
    commands.demo,
    commands.train,
    commands.predict,
    commands.backtest,
    commands.autopilot,
    logs.logs,
    doctor.doctor,
    backup.backup,
    backup.restore,
    prune.prune,
):
    app.command()(_command)
app.add_typer(contract.app, name="contract")


@app.callback(invoke_without_command=True)
def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A lean quant research service."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    configure_logging(logging.WARNING)


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to bind.")] = None,
    port: Annotated[int | None, typer.Option(help="0 picks a free one.")] = None,
) -> None:
    """Run the service and its page."""
    logging.getLogger("quant_engine").setLevel(logging.INFO)
    options = {"host": host, "port": port}
    settings = load_settings(
        **{name: value for name, value in options.items() if value is not None}
    )
    configure_logging(logging.WARNING, settings.log_format, settings.secrets)

    def ready(url: str) -> None:
        typer.echo(f"Quant Engine is ready at {url}")
        report_ready()

    asyncio.run(serve_until_stopped(settings, on_ready=ready))
