"""Real jobs on a socket: their results are read back, and a cycle survives the death of its service."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.markets import YEARS, prices, write
from contract_tests.kit.process import PRODUCT_JOBS, ServiceProcess
from tests.api.conftest import Start


def settings(folder: Path) -> dict[str, str]:
    return {"data_source": "files", "data_path": str(folder), "workers": "1"}


def read(service: ServiceProcess, path: str) -> Any:
    answer = service.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json()["ok"]
    return answer.json()["data"]


def finished(service: ServiceProcess, kind: str, **body: Any) -> dict[str, Any]:
    events = service.follow(service.submit(kind, **{"years": YEARS, **body})["job_id"])
    record = events[-1].record
    assert record["status"] == "succeeded", record["error"]
    return record


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service on prices with a signal, after one job of each type."""
    root = tmp_path_factory.mktemp("research")
    folder = write(root / "prices", prices(1, drift=0.003))
    running = ServiceProcess(root / "home", *PRODUCT_JOBS, **settings(folder))
    try:
        for path in ("/api/signals/latest", "/api/autopilot/latest", "/api/autopilot/paper"):
            assert read(running, path) is None
        for kind in ("train", "predict", "backtest", "autopilot"):
            finished(running, kind)
        yield running
    finally:
        running.close()


def newest(service: ServiceProcess, kind: str) -> dict[str, Any]:
    return dict(read(service, f"/api/jobs?job_type={kind}&limit=1")["items"][0])


def test_signals_are_those_of_the_last_prediction(service: ServiceProcess) -> None:
    job, signals = newest(service, "predict"), read(service, "/api/signals/latest")
    assert signals["job_id"] == job["job_id"]
    assert signals["params"] == job["params"]
    assert signals["signals"][: len(job["result"]["top"])] == job["result"]["top"]
    assert [signal["rank"] for signal in signals["signals"]] == list(range(1, 9))


def test_a_model_says_how_good_each_member_is(service: ServiceProcess) -> None:
    version = newest(service, "train")["result"]["version"]
    (score,) = read(service, f"/api/models/{version}")["scores"]
    assert score["rank_ic"] > 0.1
    assert {member["member"] for member in score["members"]} == {"ridge", "boosting", "lightgbm"}
    assert sum(item["importance"] for item in score["importance"]) == pytest.approx(1)


def test_the_cycle_is_read_as_it_was_decided(service: ServiceProcess) -> None:
    job, cycle = newest(service, "autopilot"), read(service, "/api/autopilot/latest")
    assert cycle["cycle_id"] == job["job_id"]
    assert cycle["decisions"] == job["result"]["decisions"]
    assert job["result"]["promoted"]


def test_the_paper_account_adds_up(service: ServiceProcess) -> None:
    paper = read(service, "/api/autopilot/paper")
    held = sum(position["shares"] * position["last_price"] for position in paper["positions"])
    assert paper["cash"] + held == pytest.approx(paper["equity"], rel=1e-12)
    assert paper["equity"] == paper["equity_curve"][-1]
    assert len(paper["dates"]) == len(paper["equity_curve"]) == 64
    assert paper["fills"]


def test_the_trackers_have_what_the_cycle_recorded(service: ServiceProcess) -> None:
    version = newest(service, "train")["result"]["version"]
    for name in ("ic", "disagreement"):
        (snapshot,) = read(service, f"/api/system/{name}-history")["snapshots"]
        assert snapshot["version"] == version
    quality = read(service, "/api/system/execution-quality")
    assert quality["n_fills"] == len(read(service, "/api/autopilot/paper")["fills"])
    assert quality["assumed_cost_bps"] == pytest.approx(5)


def test_every_check_has_a_verdict(service: ServiceProcess) -> None:
    health = read(service, "/api/system/health")
    assert {check["name"] for check in health["checks"]} == {
        *("data_freshness", "data_gaps", "model_age", "model_decay", "ic_trend", "disagreement"),
        *("execution_cost", "queue", "processes", "disk", "database"),
    }
    assert all(check["threshold"] and check["reason"] for check in health["checks"])
    assert health["status"] != "failing"


@pytest.mark.parametrize("stage", ["walking the candidates forward", "trading on paper"])
def test_a_cycle_whose_service_is_killed_goes_on_and_trades_once(
    tmp_path: Path, start: Start, stage: str
) -> None:
    folder = write(tmp_path / "prices", prices(1, drift=0.003))
    first = start(*PRODUCT_JOBS, **settings(folder))
    job = first.submit("autopilot", years=YEARS)["job_id"]
    first.wait(job, lambda event: event.record["progress_message"] == stage)
    first.stop(signal.SIGKILL)
    second = start(*PRODUCT_JOBS, **settings(folder))
    record = second.follow(job)[-1].record
    assert (record["status"], record["attempt"]) == ("succeeded", 2)
    steps = [decision["step"] for decision in record["result"]["decisions"]]
    assert steps == ["refresh", "score", "retrain", "candidates", "promote", "trade"]
    paper = read(second, "/api/autopilot/paper")
    assert len(set(paper["dates"])) == len(paper["dates"]) == 64
    orders = [order["order_id"] for order in (*paper["fills"], *paper["pending"])]
    assert len(set(orders)) == len(orders)
    assert read(second, "/api/system/execution-quality")["n_fills"] == len(paper["fills"])
    assert len(read(second, "/api/models")["items"]) == 1
