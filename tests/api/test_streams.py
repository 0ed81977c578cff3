"""The laws of event streams, against a real server on a socket."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from fastapi import FastAPI

from contract_tests.kit.process import Event, ServiceProcess
from quant_engine.api.schemas.jobs import JobType
from tests.api.conftest import Start

FINALS = {"completed": "succeeded", "failed": "failed", "cancelled": "cancelled"}


def is_running(event: Event) -> bool:
    return event.record["progress_message"] is not None


def check_laws(seen: list[Event], *, resumed_from: int | None = None) -> None:
    """Check the first event, the order and the end of a complete stream."""
    *changes, done = seen
    assert done.name == "done"
    assert done.id == str(done.revision + 1)
    assert all(event.id == str(event.revision) for event in changes)
    first = changes[0].revision
    assert [event.revision for event in changes] == list(range(first, first + len(changes)))
    if resumed_from is None:
        assert changes[0].name == "status"
    else:
        assert first == resumed_from + 1
    ends = [event for event in changes if event.name in FINALS]
    assert ends in ([], [changes[-1]])
    if ends:
        assert ends[0].record["status"] == FINALS[ends[0].name]
        assert ends[0].record == done.record


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("streams") / "home"
    jobs = ("backtest=report_pid", "train=train", "predict=predict", "autopilot=ignore_signals")
    running = ServiceProcess(home, *jobs, workers="2")
    yield running
    running.close()


def test_succeeds(service: ServiceProcess) -> None:
    seen = service.follow(service.submit("train")["job_id"])
    check_laws(seen)
    assert seen[-1].record["status"] == "succeeded"
    assert seen[-1].record["result"]["version"] == "v1"


def test_raises(service: ServiceProcess) -> None:
    seen = service.follow(service.submit("predict")["job_id"])
    check_laws(seen)
    assert seen[-1].record["error"]["code"] == "no_model"


def test_cancelled_while_running_though_it_ignores_signals(service: ServiceProcess) -> None:
    job = service.submit("autopilot")["job_id"]
    service.wait(job, is_running)
    with service.stream(f"/api/jobs/{job}/events") as stream:
        first = next(stream)
        cancelled = service.cancel(job).json()["data"]
        assert (cancelled["status"], cancelled["cancel_requested"]) == ("running", True)
        assert service.cancel(job).status_code == 200
        rest = list(stream)
    check_laws([first, *rest])
    assert [event.name for event in rest] == ["status", "cancelled", "done"]


def test_cancelled_while_queued(service: ServiceProcess) -> None:
    held = [service.submit("autopilot")["job_id"] for _ in range(2)]
    for job in held:
        service.wait(job, is_running)
    queued = service.submit()["job_id"]
    with service.stream(f"/api/jobs/{queued}/events") as stream:
        first = next(stream)
        assert first.record["status"] == "queued"
        assert service.cancel(queued).json()["data"]["status"] == "cancelled"
        rest = list(stream)
    check_laws([first, *rest])
    assert [event.name for event in rest] == ["cancelled", "done"]
    for job in held:
        service.cancel(job)
        service.follow(job)


def test_resumes_at_every_revision(service: ServiceProcess) -> None:
    job = service.submit("train")["job_id"]
    final = service.follow(job)[-1].revision
    whole = service.follow(job, "0")
    check_laws(whole, resumed_from=0)
    for revision in range(final):
        assert service.follow(job, str(revision)) == whole[revision:]
    assert [event.name for event in service.follow(job, str(final))] == ["done"]
    path = f"/api/jobs/{job}/events"
    gone = service.http.get(path, headers={"Last-Event-ID": str(final + 1)})
    assert (gone.status_code, gone.content) == (204, b"")


@pytest.mark.parametrize(
    "garbage", ["", "x", "-1", "+1", "01", "1.0", " 1 x", "99", "9" * 40, "%00", "1\u0660"]
)
def test_garbage_gets_a_fresh_status(service: ServiceProcess, garbage: str) -> None:
    job = service.submit("train")["job_id"]
    service.follow(job)
    path = f"/api/jobs/{job}/events"
    with service.http.stream("GET", path, params={"last_event_id": garbage}) as response:
        text = response.read().decode()
    assert [line for line in text.splitlines() if line.startswith("event")] == [
        "event: status",
        "event: done",
    ]


def test_the_header_wins_over_the_query(service: ServiceProcess) -> None:
    job = service.submit("train")["job_id"]
    service.follow(job)
    path = f"/api/jobs/{job}/events?last_event_id=0"
    with service.stream(path, "x") as stream:
        assert [event.name for event in stream] == ["status", "done"]


def test_headers_and_first_bytes(service: ServiceProcess) -> None:
    job = service.submit("train")["job_id"]
    with service.http.stream("GET", f"/api/jobs/{job}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store, no-transform"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in response.headers
        assert response.headers["x-request-id"]
        assert next(response.iter_lines()) == "retry: 2000"


OPEN_PAGES = 300  #: each holds a stream


def test_open_pages_shut_nobody_out(service: ServiceProcess) -> None:
    url = httpx.URL(service.url)
    request = f"GET /api/events HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n\r\n".encode()
    with ExitStack() as open_pages:
        for _ in range(OPEN_PAGES):
            page = open_pages.enter_context(socket.create_connection((url.host, url.port or 80)))
            page.sendall(request)
            assert page.recv(len(b"HTTP/1.1 200")) == b"HTTP/1.1 200"
        job = service.submit("train")["job_id"]
        assert service.follow(job)[-1].name == "done"


def test_every_jobs_events_resume_exactly(service: ServiceProcess) -> None:
    with service.stream("/api/events") as stream:
        jobs = [service.submit("train")["job_id"] for _ in range(3)]
        seen = [next(stream)]
        while not set(jobs) <= {e.record["job_id"] for e in seen if e.name == "completed"}:
            seen.append(next(stream))
    for place, event in enumerate(seen[:-1]):
        with service.stream("/api/events", event.id) as stream:
            assert next(stream) == Event(event.id, "position", {})
            assert [next(stream) for _ in seen[place + 1 :]] == seen[place + 1 :]
    assert seen.pop(0).name == "position"
    for job in jobs:
        revisions = [event.revision for event in seen if event.record["job_id"] == job]
        assert revisions == list(range(len(revisions)))


def test_the_snapshot_resumes_exactly(start: Start) -> None:
    service = start("backtest=hold", workers="1")
    jobs = [service.submit()["job_id"] for _ in range(4)]
    service.wait(jobs[0], is_running)
    with service.stream("/api/events") as stream:
        assert next(stream).name == "position"
        snapshot = [next(stream) for _ in jobs]
    assert [event.record["job_id"] for event in snapshot] == jobs
    assert {event.name for event in snapshot} == {"status"}
    # jobs change between the cut and the resume
    service.cancel(jobs[3])
    with service.stream("/api/events", snapshot[1].id) as stream:
        position, *resumed = [next(stream) for _ in range(4)]
    assert position == Event(snapshot[1].id, "position", {})
    assert resumed[:2] == snapshot[2:]
    assert (resumed[2].name, resumed[2].record["job_id"]) == ("cancelled", jobs[3])


@pytest.mark.parametrize("name", ["last_event_id", "lastEventId"])
def test_an_idle_stream_begins_with_an_id(service: ServiceProcess, name: str) -> None:
    with service.stream("/api/events") as stream:
        first = next(stream)
    assert (first.name, first.record) == ("position", {})
    with service.stream(f"/api/events?{name}={first.id}") as stream:
        assert next(stream) == first
        job = service.submit("train")["job_id"]
        # those of other tests may still run
        assert next(e for e in stream if e.record["job_id"] == job).name == "status"


@pytest.mark.parametrize("unknown", ["garbage", "000000000000.1", "7"])
def test_an_unknown_position_resets(service: ServiceProcess, unknown: str) -> None:
    with service.stream("/api/events", unknown) as stream:
        event, position = next(stream), next(stream)
    assert (event.name, event.record) == ("reset", {"reason": "unknown_id"})
    assert (position.name, position.id == unknown) == ("position", False)
    # a stream resumes from that id
    with service.stream("/api/events", position.id) as stream:
        assert next(stream) == position
        job = service.submit("train")["job_id"]
        assert next(e for e in stream if e.record["job_id"] == job).name == "status"


def test_a_pruned_position_resets(start: Start) -> None:
    first = start("train=train", workers="1")
    with first.stream("/api/events") as stream:
        job = first.submit("train")["job_id"]
        place = next(stream).id
    last = first.follow(job)[-1]
    first.stop()
    # pruned as the service starts
    second = start("train=train", workers="1", events_kept="0")
    with second.stream("/api/events", place) as stream:
        assert next(stream).record == {"reason": "expired"}
    assert [event.name for event in second.follow(job, "0")] == ["status", "done"]
    assert second.get(job) == last.record


def test_a_reader_that_never_reads_delays_no_other(service: ServiceProcess) -> None:
    url = service.http.base_url
    with socket.create_connection((url.host, url.port)) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for _ in range(5):
            check_laws(service.follow(service.submit("train")["job_id"]))


async def end_unread(app: FastAPI) -> None:
    """End the oldest job, and prune its events before a reader gets its end."""
    store = app.state.services.store
    claim = await store.claim_next()
    await store.request_cancel(claim.job_id)
    await store.release(claim, lost=True)
    await store.prune(0)


async def test_the_stream_of_a_job_whose_end_was_pruned_closes(app: FastAPI) -> None:
    store, streams = app.state.services.store, app.state.services.streams
    job = (await store.submit(JobType.AUTOPILOT, "{}")).job_id
    frames = await streams.stream_job(job, None)
    assert b"event: status" in await anext(frames)
    await end_unread(app)
    assert [frame async for frame in frames] == []
    # a client that reconnects receives the final status
    status, done = [frame async for frame in await streams.stream_job(job, "0")]
    assert b"event: status" in status
    assert b"event: done" in done


async def test_the_stream_of_all_jobs_closes_when_pruning_overtakes_it(app: FastAPI) -> None:
    store, streams = app.state.services.store, app.state.services.streams
    await store.submit(JobType.AUTOPILOT, "{}")
    frames = await streams.stream_all(None)
    place = (await anext(frames)).decode().splitlines()[1].removeprefix("id: ")
    assert b"event: status" in await anext(frames)
    await end_unread(app)
    # a client must not receive the rest of the log as if it were complete
    await store.submit(JobType.AUTOPILOT, "{}")
    assert [frame async for frame in frames] == []
    again = await streams.stream_all(place)
    assert b'"expired"' in await anext(again)
    await again.aclose()
