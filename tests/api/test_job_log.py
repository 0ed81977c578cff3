"""The log of a job, against a real server with real job processes."""

from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.kit.jobs import SECRETS
from contract_tests.kit.process import Event, ServiceProcess
from tests.api.conftest import Start

TOKEN = "the-token-of-this-service"  # noqa: S105 - of this test


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("log") / "home"
    jobs = ("backtest=speak_and_fail", "train=train", "predict=flood", "autopilot=print_and_abort")
    running = ServiceProcess(home, *jobs, token=TOKEN, workers="2")
    (home / "flood").write_text("3")
    yield running
    running.close()


def log_of(service: ServiceProcess, job_id: str, last_event_id: str | None = None) -> list[Event]:
    with service.stream(f"/api/jobs/{job_id}/log/events", last_event_id) as stream:
        return list(stream)


def pages(service: ServiceProcess, job_id: str, **query: Any) -> list[dict[str, Any]]:
    """Return all lines, oldest first."""
    lines: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = service.http.get(f"/api/jobs/{job_id}/log", params={**query, **cursor})
        data = answer.raise_for_status().json()["data"]
        lines += data["items"]
        if data["next_cursor"] is None:
            return lines[::-1]
        cursor = {"cursor": data["next_cursor"]}


def numbers(events: list[Event]) -> list[int]:
    """Return the numbers that a stream covers, in its order."""
    covered: list[int] = []
    for event in events:
        if event.name == "line":
            covered.append(event.record["line"])
        elif event.name == "skipped":
            covered += range(event.record["first"], event.record["last"] + 1)
    return covered


def test_a_job_that_raises_leaves_its_traceback(service: ServiceProcess) -> None:
    job = service.submit()["job_id"]
    *events, done = log_of(service, job)
    lines = [event.record for event in events]
    assert {event.name for event in events} == {"line"}
    assert [event.id for event in events] == [str(number) for number in range(1, len(lines) + 1)]
    assert (done.name, done.id) == ("done", str(len(lines) + 1))
    assert done.record == service.get(job)
    assert done.record["error"]["message"].endswith("(its log has the traceback)")
    trace = [line for line in lines if line["source"] == "traceback"]
    assert trace[-1]["text"] == "RuntimeError: boom, token=***"
    assert {line["level"] for line in trace} == {"error"}
    assert pages(service, job) == lines


def test_no_secret_is_anywhere(service: ServiceProcess) -> None:
    words = service.home / "words"
    words.write_text(f"the own one: {TOKEN}.")
    job = service.submit()["job_id"]
    events = log_of(service, job)
    words.unlink()
    text = str([event.record for event in events])
    assert "the own one: ***." in text
    assert not [secret for secret in (*SECRETS, TOKEN) if secret in text]
    assert not [secret for secret in (*SECRETS, TOKEN) if secret in service.log_text()]


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_pages_of_a_level_and_above(service: ServiceProcess, level: str) -> None:
    job = service.submit()["job_id"]
    service.follow(job)
    levels = ["debug", "info", "warning", "error", "critical"]
    expected = [
        line for line in pages(service, job) if levels.index(line["level"]) >= levels.index(level)
    ]
    assert expected
    assert pages(service, job, level=level, limit=3) == expected


def test_it_resumes_at_every_line(service: ServiceProcess) -> None:
    job = service.submit()["job_id"]
    whole = log_of(service, job)
    for number in (0, 1, 7, len(whole) - 2):
        assert log_of(service, job, str(number)) == whole[number:]
    newest = len(whole) - 1
    assert [event.name for event in log_of(service, job, str(newest))] == ["done"]
    path = f"/api/jobs/{job}/log/events"
    gone = service.http.get(path, headers={"Last-Event-ID": str(newest + 1)})
    assert (gone.status_code, gone.content) == (204, b"")
    for garbage in ("", "x", "-1", "01", str(newest + 2), "9" * 40):
        assert log_of(service, job, garbage) == whole


def test_a_flood_is_bounded_and_its_gaps_are_stated(service: ServiceProcess) -> None:
    job = service.submit("predict")["job_id"]
    live = log_of(service, job)
    assert numbers(live)[:60_000] == list(range(1, 60_001))
    late = log_of(service, job)
    kept = [event.record for event in late if event.name == "line"]
    assert len(kept) <= 2_200
    assert numbers(late) == numbers(live)
    assert pages(service, job, limit=200) == kept
    assert any(event.name == "skipped" for event in late)


def test_a_process_that_dies_leaves_its_last_words_at_each_attempt(service: ServiceProcess) -> None:
    job = service.submit("autopilot")["job_id"]
    *events, done = log_of(service, job)
    assert done.record["error"]["code"] == "worker_lost"
    words = [e.record["attempt"] for e in events if e.record["text"] == "free(): invalid pointer"]
    assert words == [1, 2, 3]


def test_a_job_that_says_nothing_has_an_empty_log(service: ServiceProcess) -> None:
    job = service.submit("train")["job_id"]
    (done,) = log_of(service, job)
    assert (done.name, done.id) == ("done", "1")
    assert pages(service, job) == []


def test_a_job_that_does_not_exist_has_none(service: ServiceProcess) -> None:
    for path in ("/api/jobs/x/log", "/api/jobs/x/log/events"):
        answer = service.http.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_not_found")


def test_lines_come_while_the_job_runs_and_survive_a_crash_of_the_service(start: Start) -> None:
    service = start("backtest=print_and_hold")
    job = service.submit()["job_id"]
    with service.stream(f"/api/jobs/{job}/log/events") as stream:
        assert next(stream).record["text"] == "holding"
    service.stop(9)
    service.restart()
    service.release()
    *lines, done = log_of(service, job)
    assert done.record["status"] == "succeeded"
    assert [(line.record["attempt"], line.record["text"]) for line in lines] == [
        (1, "holding"),
        (2, "holding"),
    ]
