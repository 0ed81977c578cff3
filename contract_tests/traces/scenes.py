"""The exchanges that are recorded: all requests of the page to a service that runs real jobs on made-up prices."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.process import ServiceProcess
from contract_tests.record import made_up_prices
from contract_tests.repository import committed
from contract_tests.traces.jobs import FIRST_FOLD, LONG
from contract_tests.traces.tape import Tape, Until
from contract_tests.traces.trace import Trace, normalised
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    Parameters,
    PredictParameters,
    TrainParameters,
)
from wirelaw.running.sse import Frame

PLACES = 49  #: in the queue; with later jobs the list has a second page
#: names of traces where the last part of the path is too vague
NAMED = {"/api/autopilot/latest": "cycle", "/api/signals/latest": "signals"}
#: the path of each operation that can be read without parameters, by the name of its trace
READ = {
    NAMED.get(operation.path, operation.path.rpartition("/")[2]): operation.path
    for operation in committed().operations()
    if operation.method == "get" and "{" not in operation.path and not operation.streams
}
ENDS = ("completed", "failed", "cancelled")
LOOK_SECONDS = 0.1


def record(folder: Path) -> list[Trace]:
    """Run the services in an empty folder and return every exchange with them, normalised."""
    prices = str(made_up_prices(folder / "prices"))
    files = {"data_source": "files", "data_path": prices}
    traces: list[Trace] = []
    with _serving(folder / "home", traces, max_queued=str(PLACES), **files) as tape:
        for scene in (_nothing_yet, _crowd, _lives, _results, _refusals, _deleted, _broken):
            scene(tape)
    with _serving(folder / "guarded", traces, api_token="a token", **files) as tape:  # noqa: S106 - of this home
        tape.take("unauthorized-jobs", "/api/jobs")
        tape.take("unauthorized-events", "/api/events")
    with _serving(folder / "demo", traces) as tape:
        _wait_for_processes(tape)
        for name in ("data-mode", "health", "model-age"):
            tape.take(f"demo-{name}", READ[name])
    with _serving(folder / "loud", traces, train="train_loudly") as tape:
        _loud(tape)
    return normalised(traces)


@contextmanager
def _serving(
    home: Path, traces: list[Trace], train: str = "train", **settings: str
) -> Iterator[Tape]:
    functions = {kind: spec.function for kind, spec in JOB_TYPES.items()}
    functions[JobType.TRAIN] = f"contract_tests.traces.jobs:{train}"
    jobs = tuple(f"{kind}={function}" for kind, function in functions.items())
    service = ServiceProcess(home, *jobs, **settings)
    tape = Tape(service)
    try:
        yield tape
    finally:
        service.close()
    traces += tape.traces


def _body(parameters: Parameters) -> Any:
    # all fields, as a form sends them
    return parameters.model_dump(mode="json")


def _submit(tape: Tape, name: str, kind: str, parameters: Parameters) -> str:
    path = f"/api/compute/{kind}"
    return str(tape.take(name, path, post=_body(parameters))["data"]["job_id"])


def _record(frame: Frame) -> Any:
    return json.loads(frame.data or "")


def _ended(job_id: Callable[[], str]) -> Until:
    return lambda events: any(
        event.event in ENDS and _record(event)["job_id"] == job_id() for event in events
    )


def _cancel(tape: Tape, job_id: str) -> None:
    tape.service.cancel(job_id).raise_for_status()
    tape.service.follow(job_id)


def _wait_for_processes(tape: Tape) -> None:
    """Wait until a job process is ready, which takes a service some seconds."""
    for _ in range(int(HANG_SECONDS / LOOK_SECONDS)):
        health = tape.service.http.get(READ["health"]).raise_for_status().json()["data"]
        if all(one["status"] == "ok" for one in health["checks"] if one["name"] == "processes"):
            return
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"No job process was ready after {HANG_SECONDS:.0f} s.")


def _running(tape: Tape, job_id: str) -> None:
    tape.service.wait(job_id, lambda event: event.record["progress"] >= FIRST_FOLD)


def _followed_from_the_queue(tape: Tape, name: str, submit: Callable[[], str]) -> str:
    """Record the whole stream of a job and return its id; the job stays queued until the stream is open."""
    blocking = tape.service.submit("train", **_body(LONG))["job_id"]
    _running(tape, blocking)
    job_id = submit()
    with tape.following(name, f"/api/jobs/{job_id}/events"):
        _cancel(tape, blocking)
    return job_id


# the scenes, in their order


def _nothing_yet(tape: Tape) -> None:
    _wait_for_processes(tape)
    for name, path in READ.items():
        tape.take(f"empty-{name}", path)


def _crowd(tape: Tape) -> None:
    """More jobs than one page has, all of them queued."""
    service = tape.service
    first = service.submit("train", **_body(LONG))["job_id"]
    _running(tape, first)
    parameters = _body(BacktestParameters(years=1))
    crowd = [service.submit("backtest", **parameters)["job_id"] for _ in range(PLACES)]
    tape.take("queue-full", "/api/compute/backtest", post=parameters)
    for job_id in (*crowd, first):
        _cancel(tape, job_id)


def _lives(tape: Tape) -> None:
    """A job of each type and of each end, while a stream is open."""
    last: list[str] = []
    with tape.following("events", "/api/events", until=_ended(lambda: last[0] if last else "")):
        failed = _followed_from_the_queue(
            tape,
            "failed-events",
            lambda: _submit(tape, "submit-backtest", "backtest", BacktestParameters()),
        )
        tape.follow("failed-events-from-0", f"/api/jobs/{failed}/events", last_event_id="0")
        tape.take("job-failed", f"/api/jobs/{failed}")
        _cancelled(tape)
        _trained(tape)
        predicted = _submit(tape, "submit-predict", "predict", PredictParameters(years=1))
        tape.service.follow(predicted)
        for name, parameters in BACKTESTS.items():
            done = _submit(tape, f"submit-{name}", "backtest", parameters)
            tape.service.follow(done)
            tape.take(f"job-{name}", f"/api/jobs/{done}")
            tape.take(f"report-{name}", f"/api/backtests/{done}")
        tape.take("trades", f"/api/backtests/{done}/trades.csv")
        cycle = _submit(tape, "submit-autopilot", "autopilot", AutopilotParameters(years=2))
        last.append(cycle)
    tape.take("job-predict", f"/api/jobs/{predicted}")
    tape.take("job-autopilot", f"/api/jobs/{cycle}")
    tape.follow(
        "events-reset",
        "/api/events",
        last_event_id="nobody",
        until=lambda events: any(event.event == "reset" for event in events),
    )


BACKTESTS = {
    "backtest-plain": BacktestParameters(years=1),
    "backtest-careful": BacktestParameters(years=1, risk_management=True, max_positions=2),
}


def _cancelled(tape: Tape) -> None:
    running = _submit(tape, "submit-train-long", "train", LONG)
    _running(tape, running)
    tape.take("job-running", f"/api/jobs/{running}")
    queued = tape.service.submit("backtest", **_body(BacktestParameters()))["job_id"]
    tape.take("job-queued", f"/api/jobs/{queued}")
    tape.take("jobs-queued", "/api/jobs?status=queued")
    tape.take("jobs-running", "/api/jobs?status=running")
    tape.take("report-not-final", f"/api/backtests/{queued}")
    tape.take("cancel-queued", f"/api/jobs/{queued}/cancel", method="POST")
    tape.take("cancel-running", f"/api/jobs/{running}/cancel", method="POST")
    tape.service.follow(running)
    tape.take("job-cancelled", f"/api/jobs/{running}")
    tape.take("cancel-final", f"/api/jobs/{running}/cancel", method="POST")
    path = f"/api/jobs/{running}/events"
    tape.follow("cancelled-events", path)
    tape.follow("cancelled-events-from-0", path, last_event_id="0")


def _trained(tape: Tape) -> None:
    parameters = _body(TrainParameters(years=2))
    key = {"Idempotency-Key": "again"}
    path = "/api/compute/train"
    trained = _followed_from_the_queue(
        tape,
        "train-events",
        lambda: str(
            tape.take("submit-train", path, post=parameters, headers=key)["data"]["job_id"]
        ),
    )
    stream = f"/api/jobs/{trained}/events"
    tape.take("submit-train-repeated", path, post=parameters, headers=key)
    tape.take("key-reused", path, post=_body(TrainParameters(years=3)), headers=key)
    tape.take("job-train", f"/api/jobs/{trained}")
    late = tape.follow("train-events-late", stream)
    tape.follow("train-events-from-0", stream, last_event_id="0")
    tape.follow("train-events-from-3", stream, last_event_id="3")
    tape.follow("train-events-over", stream, last_event_id=late[-1].id)


def _results(tape: Tape) -> None:
    for name, path in READ.items():
        page = tape.take(name, path)["data"]
        if name == "jobs":
            tape.take("jobs-older", f"{path}?cursor={page['next_cursor']}")
        if name == "models":
            tape.take("model", f"{path}/{page['items'][0]['version']}")
    for status in ("succeeded", "failed"):
        tape.take(f"jobs-{status}", f"/api/jobs?status={status}")
    tape.take("jobs-backtest-failed", "/api/jobs?status=failed&job_type=backtest")
    for kind in ("autopilot", "predict", "train"):
        tape.take(f"jobs-{kind}", f"/api/jobs?job_type={kind}")


def _refusals(tape: Tape) -> None:
    train, backtest = "/api/compute/train", "/api/compute/backtest"
    tape.take("job-unknown", "/api/jobs/nobody")
    tape.take("report-unknown", "/api/backtests/nobody")
    tape.take("model-unknown", "/api/models/nobody")
    tape.take("events-unknown", "/api/jobs/nobody/events")
    both = {"tickers": ["AAA"], "full_universe": True}
    tape.take("invalid-backtest", backtest, post={**_body(BacktestParameters()), **both})
    outside = {"years": 99, "position_size": 0, "tickers": ["AAA", "not a name"]}
    tape.take("invalid-fields", backtest, post={**_body(BacktestParameters()), **outside})
    horizons = {"horizons": [10, 999]}
    tape.take("invalid-train", train, post={**_body(TrainParameters()), **horizons})
    unknown = BacktestParameters(tickers=["NOBODY"])
    tape.take("ticker-unknown", backtest, post=_body(unknown))
    version = BacktestParameters(version="nobody")
    tape.take("version-unknown", backtest, post=_body(version))
    tape.take("history-too-short", train, post=_body(TrainParameters(years=40)))
    biased = TrainParameters(survivorship=True)
    tape.take("survivorship-unavailable", train, post=_body(biased))


def _deleted(tape: Tape) -> None:
    """A job, a report and a model that are deleted, and what is refused."""
    cancelled = tape.service.read("/api/jobs?status=cancelled&limit=1")["items"][0]["job_id"]
    newest = tape.service.read("/api/backtests?limit=1")["items"][0]

    def is_deleted(events: list[Frame]) -> bool:
        return any(event.event == "deleted" for event in events)

    with tape.following("events-deleted", "/api/events", until=is_deleted):
        tape.take("delete-job", f"/api/jobs/{cancelled}", method="DELETE")
    report = f"/api/jobs/{newest['job_id']}/report"
    tape.take("delete-report", report, method="DELETE")
    tape.take("report-deleted", f"/api/backtests/{newest['job_id']}")
    tape.take("backtests-without-report", "/api/backtests")
    refused = f"/api/models/{newest['model_version']}"
    tape.take("delete-model-in-use", refused, method="DELETE")
    # of two with the same horizon only the second is in force
    body = _body(TrainParameters(years=1))
    first, _ = (
        tape.service.finish(tape.service.submit("train", **body)["job_id"]) for _ in range(2)
    )
    unused = f"/api/models/{first['result']['version']}"
    tape.take("delete-model", unused, method="DELETE")


def _broken(tape: Tape) -> None:
    """A registry that cannot be parsed."""
    (tape.service.home / "models" / "registry.json").write_text("{")
    for name in ("health", "model-age", "models"):
        tape.take(f"broken-{name}", READ[name])


def _loud(tape: Tape) -> None:
    """A job that prints, and its log."""
    job_id = tape.service.submit("train", **_body(TrainParameters()))["job_id"]
    tape.service.follow(job_id)
    tape.take("job-loud", f"/api/jobs/{job_id}")
    tape.take("log", f"/api/jobs/{job_id}/log?limit=200")
    tape.follow("log-events", f"/api/jobs/{job_id}/log/events")
    tape.follow("loud-events-from-0", f"/api/jobs/{job_id}/events", last_event_id="0")
