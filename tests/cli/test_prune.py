"""`quant-engine prune` deletes what is old enough, says how much, and leaves what is in use."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from contract_tests.kit.engine import ScriptedEngine
from contract_tests.kit.examples import DEMO_DATA, manifest, promote
from contract_tests.kit.service import describe_as
from contract_tests.recording import recordings
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli import app
from quant_engine.cli.server import BackgroundService
from quant_engine.config import Settings
from quant_engine.database.blocking import BlockingDatabase

Prune = Callable[..., str]


class _Recorded:
    """Jobs that end with the result that a real job of their type had."""

    def progress(self, _: JobType) -> list[tuple[float, str]]:
        return []

    def finish(self, claim: Claim) -> str:
        return recordings().of(claim.job_type).result.model_dump_json()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client of the service that owns the home of the command; it has ended three jobs, two of them long ago."""
    home = tmp_path / "home"
    settings = Settings(home=home, port=0)
    monkeypatch.setenv("QUANT_ENGINE_HOME", str(home))
    promote(home, manifest("v0", data_source="demo", trained_at="2020-01-01T00:00:00Z"))
    promote(home, manifest("v1", data_source="demo", last_date=DEMO_DATA.last_date))
    describe_as(settings.workspace, DEMO_DATA)
    with (
        BackgroundService(settings, engine=ScriptedEngine(_Recorded(), workers=1)) as service,
        httpx.Client(base_url=service.url, trust_env=False) as client,
    ):
        for kind in ("train", "predict", "backtest"):
            job = client.post(f"/api/compute/{kind}", json={}).json()["data"]
            client.get(f"/api/jobs/{job['job_id']}/events")  # to its end
        old = f"{datetime.now(UTC) - timedelta(days=91):%Y-%m-%dT%H:%M:%S}.000000Z"
        with (
            closing(BlockingDatabase(settings.workspace.database)) as database,
            database.writing() as connection,
        ):
            connection.exec_driver_sql(
                "UPDATE jobs SET completed_at = ? WHERE job_type != 'train'", (old,)
            )
        yield client


@pytest.fixture
def prune(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prune:
    """Run the command in this process; return what it prints."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["quant-engine", "prune", *arguments])
        with pytest.raises(SystemExit):
            app()
        shown = capsys.readouterr()
        return shown.out + shown.err

    return run


def types(client: httpx.Client) -> list[str]:
    return [job["job_type"] for job in client.get("/api/jobs").json()["data"]["items"]]


def versions(client: httpx.Client) -> list[str]:
    return [one["version"] for one in client.get("/api/models").json()["data"]["items"]]


def test_a_dry_run_counts_and_deletes_nothing(client: httpx.Client, prune: Prune) -> None:
    assert prune("--older-than", "90d", "--dry-run").splitlines() == [
        "Would delete 2 jobs.",
        "2 models are as old; those in use would stay.",
    ]
    assert types(client) == ["backtest", "predict", "train"]


def test_old_jobs_and_unused_models_are_deleted(client: httpx.Client, prune: Prune) -> None:
    assert prune("--older-than", "90d").splitlines() == [
        "Deleted 2 jobs.",
        "Deleted 1 of 2 models as old; the others are in use.",
    ]
    assert types(client) == ["train"]
    assert versions(client) == ["v1"]
    # a second run finds nothing more
    assert prune("--older-than", "90d").splitlines()[0] == "Deleted 0 jobs."


def test_reports_alone_are_deleted(client: httpx.Client, prune: Prune) -> None:
    assert prune("--older-than", "12w", "--reports-only") == "Deleted 2 reports.\n"
    assert types(client) == ["backtest", "predict", "train"]
    assert prune("--older-than", "12w", "--reports-only") == "Deleted 0 reports.\n"


@pytest.mark.parametrize("age", ["90", "d", "-1d", "1y", "999999d", ""])
def test_an_age_that_is_none_is_refused(age: str, prune: Prune) -> None:
    assert "Write a number and h, d or w" in prune("--older-than", age)
