"""Shows a job while it runs, from its event stream; Ctrl-C cancels it."""

from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from quant_engine.api.schemas.jobs import AnyJob, JobStatus
from quant_engine.cli.client import Client
from quant_engine.cli.figures import METRICS, figure
from quant_engine.domain.reports import Metrics

#: progress goes to stderr, so that stdout has only the result
screen = Console(stderr=True)

MEANING = {
    "total_return": "return over the whole range",
    "cagr": "growth per year",
    "volatility": "annualised deviation of daily returns",
    "sharpe": "return per unit of volatility",
    "sortino": "return per unit of downside volatility",
    "max_drawdown": "deepest fall from a peak",
    "calmar": "growth per year over the deepest fall",
    "turnover": "traded value per year over equity",
    "hit_rate": "trades that ended with a profit",
    "n_trades": "closed trades",
    "exposure": "mean fraction of equity invested",
}


def run(client: Client, job_type: str, body: dict[str, Any]) -> AnyJob:
    """Submit a job and show it until it ends; returns the final record. Ctrl-C cancels it."""
    # Ctrl-C may come after the job is queued and before the response arrives: the key finds it then
    key = str(uuid4())
    with Progress(
        TextColumn("[bold]{task.fields[kind]}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=screen,
        transient=True,
    ) as bar:
        task = bar.add_task("queued", total=1.0, kind=job_type)
        try:
            return _watch(client, client.submit(job_type, body, key), bar, task)
        except KeyboardInterrupt:
            bar.update(task, description="cancelling")
            client.reconnect()
            job = client.submit(job_type, body, key)
            client.cancel(job.job_id)
            return _watch(client, job, bar, task)


def _watch(client: Client, job: AnyJob, bar: Progress, task: Any) -> AnyJob:
    for record in client.follow(job.job_id):
        job = record
        stage = record.progress_message or str(record.status)
        bar.update(task, completed=record.progress, description=stage)
    return job


def exit_code(job: AnyJob) -> int:
    """Return 0 for success, 130 (as after Ctrl-C) for a cancelled job, else 1."""
    return {JobStatus.SUCCEEDED: 0, JobStatus.CANCELLED: 130}.get(job.status, 1)


def metrics_table(title: str, metrics: Metrics) -> Table:
    """Return a table of metrics with their meanings."""
    table = Table(title=title, title_justify="left")
    table.add_column("metric")
    table.add_column("value", justify="right")
    table.add_column("meaning", style="dim")
    for name, value in metrics.model_dump().items():
        table.add_row(name, figure(value, METRICS[name]), MEANING[name])
    return table
