"""`quant-engine prune`: deletes old jobs, reports and models through the service, as any client does."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from quant_engine.api.schemas.jobs import JOB_RECORD, AnyJob, BacktestJob, JobStatus, PredictJob
from quant_engine.api.schemas.models import ModelManifest
from quant_engine.api.schemas.paging import MOST_ITEMS
from quant_engine.cli.client import Client, connect
from quant_engine.config import load_settings
from quant_engine.domain.errors import ErrorCode, QuantEngineError, Refused

_AGE = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
#: another program deleted it meanwhile, or it is in use
_SKIPPED = {
    ErrorCode.JOB_NOT_FOUND,
    ErrorCode.REPORT_DELETED,
    ErrorCode.UNKNOWN_VERSION,
    ErrorCode.MODEL_IN_USE,
}


def prune(
    *,
    older_than: Annotated[
        str, typer.Option(help="Age of what is deleted: 36h, 90d, 12w; needed.")
    ] = "",
    reports_only: Annotated[
        bool, typer.Option("--reports-only", help="Delete reports, and keep the records.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and delete nothing.")] = False,
) -> None:
    """Delete jobs that ended long ago, and models as old that nothing refers to."""
    until = datetime.now(UTC) - _age(older_than)
    with connect(load_settings()) as client:
        jobs = [job for job in _jobs(client) if job.completed_at and job.completed_at < until]
        if reports_only:
            jobs = [job for job in jobs if _has_report(job)]
        models = [] if reports_only else _models(client, until)
        if dry_run:
            _say("Would delete", len(jobs), reports_only=reports_only)
            if models:
                typer.echo(f"{len(models)} models are as old; those in use would stay.")
            return
        # the oldest first: an interrupted run leaves the newest
        tail = "/report" if reports_only else ""
        deleted = _delete(client.delete, (f"/api/jobs/{job.job_id}{tail}" for job in jobs[::-1]))
        _say("Deleted", deleted, reports_only=reports_only)
        if models:
            gone = _delete(client.delete, (f"/api/models/{version}" for version in models))
            typer.echo(f"Deleted {gone} of {len(models)} models as old; the others are in use.")


def _age(text: str) -> timedelta:
    match = _AGE.fullmatch(text)
    if match is None:
        raise Refused(
            f"--older-than {text[:20]!r} is no age. Write a number and h, d or w, such as 90d."
        )
    return timedelta(hours=int(match["number"]) * _HOURS[match["unit"]])


def _say(what: str, count: int, *, reports_only: bool) -> None:
    typer.echo(f"{what} {count} {'reports' if reports_only else 'jobs'}.")


def _pages(client: Client, path: str) -> Iterator[object]:
    query = f"?limit={MOST_ITEMS}"
    while True:
        page = client.get(path + query)
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        query = f"?limit={MOST_ITEMS}&cursor={page['next_cursor']}"


def _jobs(client: Client) -> Iterator[AnyJob]:
    return map(JOB_RECORD.validate_python, _pages(client, "/api/jobs"))


def _models(client: Client, until: datetime) -> list[str]:
    """Return the versions that were trained before, the oldest first."""
    found = map(ModelManifest.model_validate, _pages(client, "/api/models"))
    old = sorted((one.trained_at, one.version) for one in found if one.trained_at < until)
    return [version for _, version in old]


def _has_report(job: AnyJob) -> bool:
    is_kept = isinstance(job, BacktestJob | PredictJob) and job.report_deleted_at is None
    return is_kept and job.status is JobStatus.SUCCEEDED


def _delete(delete: Callable[[str], object], paths: Iterable[str]) -> int:
    count = 0
    for path in paths:
        try:
            delete(path)
        except QuantEngineError as error:
            if error.code not in _SKIPPED:
                raise
        else:
            count += 1
    return count
