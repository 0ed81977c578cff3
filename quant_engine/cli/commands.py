"""The commands that run jobs: each submits a job, follows it and prints its result."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from quant_engine.api.schemas.jobs import (
    AnyJob,
    AutopilotJob,
    BacktestJob,
    JobStatus,
    PredictJob,
    TrainJob,
)
from quant_engine.cli import follow
from quant_engine.cli.client import Client, connect
from quant_engine.cli.figures import SIGNALS, figure
from quant_engine.cli.options import takes
from quant_engine.cli.server import AddressTaken, BackgroundService
from quant_engine.config import Settings, load_settings
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import PredictSummary

AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON and nothing else.")]

console = Console()


@takes(TrainParameters)
def train(body: dict[str, Any], *, as_json: AsJson = False) -> None:
    """Train a new model version by purged walk-forward."""
    _run_job("train", body, as_json=as_json)


@takes(PredictParameters)
def predict(body: dict[str, Any], *, as_json: AsJson = False) -> None:
    """Predict the latest returns with a model version."""
    _run_job("predict", body, as_json=as_json)


@takes(BacktestParameters)
def backtest(body: dict[str, Any], *, as_json: AsJson = False) -> None:
    """Backtest a model's out-of-sample predictions."""
    _run_job("backtest", body, as_json=as_json)


@takes(AutopilotParameters)
def autopilot(body: dict[str, Any], *, as_json: AsJson = False) -> None:
    """Run one research cycle: retrain if needed, try rules, promote, trade on paper."""
    _run_job("autopilot", body, as_json=as_json)


def _run_job(job_type: str, body: dict[str, Any], *, as_json: bool) -> None:
    with connect(load_settings()) as client:
        job = follow.run(client, job_type, body)
        _print(client, job, as_json=as_json)
    raise typer.Exit(follow.exit_code(job))


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Exit after printing the result.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train on real market data, backtest, print the result and serve the page that shows it."""
    settings = load_settings()
    if once:
        with connect(settings) as client:
            job = _demo(client, as_json=as_json)
        raise typer.Exit(follow.exit_code(job))
    with _visible_service(settings) as service:
        client = Client(service.url, settings.token)
        job = _demo(client, as_json=as_json)
        client.close()
        follow.screen.print(
            f"See it at [bold]{service.url}/backtests/{job.job_id}[/] (Ctrl-C stops)"
        )
        try:
            service.wait()
        except KeyboardInterrupt:
            follow.screen.print("Stopping.")
    raise typer.Exit(follow.exit_code(job))


@contextmanager
def _visible_service(settings: Settings) -> Iterator[BackgroundService]:
    try:
        with BackgroundService(settings) as service:
            yield service
    except AddressTaken:
        # another service has the configured port, and a demo works on any
        with BackgroundService(settings.model_copy(update={"port": 0})) as service:
            yield service


def _demo(client: Client, *, as_json: bool) -> AnyJob:
    job = follow.run(client, "train", {})
    if job.status is JobStatus.SUCCEEDED:
        if not as_json:
            _print(client, job, as_json=False)
        job = follow.run(client, "backtest", {})
    _print(client, job, as_json=as_json)
    return job


def _print(client: Client, job: AnyJob, *, as_json: bool) -> None:
    mode = client.get("/api/system/data-mode")["mode"]
    if as_json:
        metrics = getattr(job.result, "metrics", None)
        line = {
            "job": job.model_dump(mode="json"),
            "status": job.status,
            "metrics": metrics and metrics.model_dump(mode="json"),
            "data_mode": mode,
        }
        # not through rich, which would wrap it
        typer.echo(json.dumps(line))
        return
    if job.status is not JobStatus.SUCCEEDED:
        reason = job.error.message if job.error is not None else ""
        console.print(f"{job.job_type} {job.status}. {reason}".strip(), style="red", markup=False)
        return
    _print_result(job)
    if mode == "demo":
        console.print("Demo data: survivorship-biased, not for investment.", style="yellow")


def _print_result(job: AnyJob) -> None:
    match job:
        case BacktestJob(result=result) if result is not None:
            title = f"Backtest of {result.model_version}, {result.first_date} to {result.last_date}"
            console.print(follow.metrics_table(title, result.metrics))
        case AutopilotJob(result=result) if result is not None:
            console.print(_steps_table(result))
            if result.metrics is not None:
                title = f"{result.model_version}, in force, before the held-out sessions"
                console.print(follow.metrics_table(title, result.metrics))
        case TrainJob(result=result) if result is not None:
            console.print(
                f"Trained {result.version} on {result.n_tickers} names, out of sample from "
                f"{result.first_date} to {result.last_date}.",
                highlight=False,
            )
        case PredictJob(result=result) if result is not None:
            console.print(_signals_table(result))
        case _:
            raise QuantEngineError("The job succeeded without a result.", code=ErrorCode.INTERNAL)


def _steps_table(result: AutopilotSummary) -> Table:
    title = "Dry run: nothing was changed" if result.dry_run else "What the cycle decided"
    table = Table("step", "outcome", "reason", title=title, title_justify="left")
    for decision in result.decisions:
        table.add_row(decision.step, decision.outcome.replace("_", " "), decision.reason)
    return table


def _signals_table(result: PredictSummary) -> Table:
    table = Table(title=f"Predicted returns as of {result.as_of}", title_justify="left")
    for column in ("rank", "ticker", "predicted return", "z-score", "disagreement"):
        table.add_column(column, justify="left" if column == "ticker" else "right")
    for signal in result.top:
        rank, *rest = (figure(getattr(signal, name), form) for name, form in SIGNALS.items())
        table.add_row(rank, signal.ticker, *rest)
    return table
