"""A real Prometheus scrapes the service as docs/metrics.md says, and answers what the dashboard and the alerts ask."""

import json
import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.hang import ANSWER_SECONDS, HANG_SECONDS
from contract_tests.kit.jobs import wait_for
from contract_tests.kit.metrics import (
    JOBS,
    alert_expressions,
    dashboard_expressions,
    fenced,
    run_each_outcome,
)
from contract_tests.kit.process import ServiceProcess

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("promtool") is None,
    reason="Prometheus is not installed: apt-get install prometheus",
)
TOKEN = "a-token-of-the-tests"  # noqa: S105 - no secret
LISTENS = re.compile(r'msg="Listening on" address=(\S+)')
#: of each type and outcome, what `observed` runs before and after the service is started again
ENDED = {
    ("autopilot", "failed"): 2,
    ("backtest", "cancelled"): 2,
    ("predict", "failed"): 2,
    ("train", "succeeded"): 2,
}
_COUNTS = "sum by (job_type, outcome) (quant_engine_job_duration_seconds_count)"
FIRING = {"QuantEngineAttemptsLost", "QuantEngineJobsFail"}

Series = tuple[dict[str, str], float]


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus that runs."""

    http: httpx.Client

    def query(self, expression: str) -> list[Series]:
        """Answer an expression as of now; a number has no labels."""
        answer = self.http.get("/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        result = answer["data"]["result"]
        return [(one["metric"], float(one["value"][1])) for one in result]

    def alerts(self) -> dict[str, str]:
        """Return the health of each rule by its name, as the page of Prometheus shows it."""
        groups = self.http.get("/api/v1/rules").json()["data"]["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        alerts = self.http.get("/api/v1/alerts").json()["data"]["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}


def configure(folder: Path, url: str) -> Path:
    """Write the configuration and the rules of the page, for this service; returns the first."""
    configuration, rules = fenced()
    (folder / "rules.yml").write_text(rules)
    (folder / "token").write_text(TOKEN)
    here = {
        "/etc/prometheus/quant-engine.token": str(folder / "token"),
        "127.0.0.1:8000": httpx.URL(url).netloc.decode(),
        "scrape_interval: 15s": "scrape_interval: 1s",
    }
    for text, replacement in here.items():
        assert configuration.count(text) == 1
        configuration = configuration.replace(text, replacement)
    settings = f"global:\n  evaluation_interval: 1s\nrule_files: [{folder / 'rules.yml'}]\n"
    path = folder / "prometheus.yml"
    path.write_text(settings + configuration)
    return path


@contextmanager
def prometheus(configuration: Path) -> Iterator[Prometheus]:
    """Run Prometheus on a free port."""
    log = configuration.with_name("prometheus.log")
    command = [
        "prometheus",
        f"--config.file={configuration}",
        f"--storage.tsdb.path={configuration.with_name('data')}",
        "--web.listen-address=127.0.0.1:0",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(lambda: LISTENS.search(log.read_text()) is not None or process.poll() is not None)
        found = LISTENS.search(log.read_text())
        assert found is not None, log.read_text()
        with httpx.Client(
            base_url=f"http://{found[1]}", timeout=ANSWER_SECONDS, trust_env=False
        ) as http:
            wait_for(lambda: http.get("/-/ready").status_code == httpx.codes.OK)
            yield Prometheus(http)
    finally:
        process.kill()
        process.wait(HANG_SECONDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prometheus")


@pytest.fixture(scope="module")
def observed(folder: Path) -> Iterator[Prometheus]:
    """A Prometheus that has seen jobs of each outcome, an error of the service, and a restart of it."""
    service = ServiceProcess(folder / "home", *JOBS, token=TOKEN, workers=2)
    try:
        with prometheus(configure(folder, service.url)) as found:
            wait_for(lambda: found.query("quant_engine_jobs_queued") != [])
            _use(service)
            # the totals of the first service have been seen, and go on in the second
            wait_for(
                lambda: sum(value for _, value in found.query(_COUNTS)) == sum(ENDED.values()) / 2
            )
            service.stop()
            service.restart()
            _use(service)
            wait_for(lambda: sum(value for _, value in found.query(_COUNTS)) == sum(ENDED.values()))
            yield found
    finally:
        service.close()


def _use(service: ServiceProcess) -> None:
    with service.stream("/api/events") as stream:
        next(stream)
        run_each_outcome(service)
        while next(stream).name != "completed":
            pass
    manifest = service.home / "models" / "v9" / "manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text("damaged")
    assert service.http.get("/api/models").status_code == httpx.codes.SERVICE_UNAVAILABLE


def test_promtool_accepts_the_page(folder: Path) -> None:
    configuration = configure(folder, "http://127.0.0.1:1")
    for command in (("config", str(configuration)), ("rules", str(folder / "rules.yml"))):
        done = subprocess.run(
            ["promtool", "check", *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_metrics(observed: Prometheus) -> None:
    (target,) = observed.http.get("/api/v1/targets").json()["data"]["activeTargets"]
    text = httpx.get(target["scrapeUrl"], headers={"Authorization": f"Bearer {TOKEN}"}).text
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("expression", dict.fromkeys(dashboard_expressions()))
def test_each_expression_of_the_dashboard_is_answered(
    observed: Prometheus, expression: str
) -> None:
    def has_figures() -> bool:
        return any(math.isfinite(value) for _, value in observed.query(expression))

    # some need a second scrape
    wait_for(has_figures)


def test_jobs_are_counted_across_the_restart(observed: Prometheus) -> None:
    found = {(one["job_type"], one["outcome"]): n for one, n in observed.query(_COUNTS) if n}
    assert found == ENDED
    lost = "sum by (job_type) (quant_engine_job_attempts_lost_total) > 0"
    assert observed.query(lost) == [({"job_type": "autopilot"}, 6)]
    for metric in (
        "job_duration_seconds_count",
        "job_attempts_lost_total",
        "job_wait_seconds_count",
    ):
        assert {n for _, n in observed.query(f"resets(quant_engine_{metric}[1h])")} == {0}
    assert observed.query("changes(process_start_time_seconds[1h])")[0][1] == 1


@pytest.mark.parametrize("expression", alert_expressions())
def test_each_expression_of_an_alert_is_valid(observed: Prometheus, expression: str) -> None:
    observed.query(expression)


def test_alerts_fire_for_what_happened_and_for_nothing_else(observed: Prometheus) -> None:
    wait_for(lambda: observed.firing() >= FIRING)
    assert observed.firing() == FIRING
    wait_for(lambda: set(observed.alerts().values()) == {"ok"})


def test_a_wrong_token_is_seen_as_down(folder: Path) -> None:
    service = ServiceProcess(folder / "other", *JOBS, token="another-token")  # noqa: S106
    try:
        (folder / "wrong").mkdir()
        with prometheus(configure(folder / "wrong", service.url)) as found:
            wait_for(lambda: found.query('up{job="quant-engine"} == 0') != [])
            targets: list[dict[str, Any]] = found.http.get("/api/v1/targets").json()["data"][
                "activeTargets"
            ]
            assert "401" in json.dumps(targets)
    finally:
        service.close()
