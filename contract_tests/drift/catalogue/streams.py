"""The laws of the streams: resuming, ends, wake-ups and cancellation, broken in the service or by the page."""

from contract_tests.drift.drifts import drift

ROUTER = "quant_engine/api/routers/jobs.py"
STREAMS = "quant_engine/api/services/jobs.py"
STORE = "quant_engine/api/jobs/store.py"
ROWS = "quant_engine/api/jobs/rows.py"
STREAM = "frontend/src/api/stream.ts"

RESUMED = (
    drift(
        "last-event-id-ignored-by-service",
        "The stream of all jobs reads its position from the query only; after a lost connection the page starts again.",
        (ROUTER, "async def stream_events({+request: Request, +}streams"),
        (
            ROUTER,
            'await streams.stream_all([-last_event_id-]{+request.query_params.get("last_event_id")+})',
        ),
        (ROUTER, "from fastapi import APIRouter, Query{+, Request+}\n"),
        caught_by="liveness-parameters: field-ignored at GET /api/events header/last-event-id",
    ),
    drift(
        "last-event-id-not-sent-by-page",
        "The page reconnects without its position; events in between are lost.",
        (STREAM, '[-, "Last-Event-ID": lastEventId-] };'),
        caught_by="tests-page: error at stream.test.ts > resuming > resumes from the last event",
    ),
    drift(
        "query-wins-over-header",
        "A URL with `last_event_id` resumes there at each reconnection; events are sent again and again.",
        (
            "quant_engine/api/deps.py",
            "for sent in ([-last_event_id, query_id-]{+query_id, last_event_id+}, other_id)",
        ),
        caught_by="tests-api: assertion-error at test_streams.py::test_the_header_wins_over_the_query, found 'started'",
        where="tests/api/test_streams.py::test_the_header_wins_over_the_query",
    ),
    drift(
        "resume-off-by-one",
        "Resuming begins with the event that the client already has; each reconnection repeats one.",
        (STREAMS, '            first = b""\n        {+    after = max(after - 1, 0)\n        +}'),
        caught_by="streams: law-4-resume at GET /api/jobs/{job_id}/events, found a repeat",
    ),
    drift(
        "resumed-after-the-end",
        "A client that missed only `done` gets 204, and never learns that the job ended.",
        (STREAMS, "after [-=-]{+>+}= record.revision[- + 1-]:\n            return None"),
        caught_by="streams: law-4-resume at GET /api/jobs/{job_id}/events, expected a stream, found 204",
    ),
    drift(
        "reset-not-sent",
        "A reader with an expired position starts again without `reset`; the page keeps jobs that have ended.",
        (STREAMS, '[-"expired"-]{+None+}))'),
        caught_by="streams: law-reset at GET /api/events, expected `reset`, found id:",
    ),
    drift(
        "no-content-is-no-end-for-the-page",
        "The page treats 204 as a lost connection, and reconnects for ever.",
        (STREAM, "[-    if (response.status === 204) return true;\n-]"),
        caught_by="tests-page: error at stream.test.ts > resuming > treats 204 as the end",
    ),
)

ENDED = (
    drift(
        "terminal-event-missing",
        "A stream ends with `done` alone; clients that wait for `completed` get no result.",
        (STREAMS, 'yield b"".join((*events.frames{+[:-1]+}, done))'),
        caught_by="streams: law-3-end at GET /api/jobs/{job_id}/events, expected `cancelled`, found `done`",
    ),
    drift(
        "terminal-event-doubled",
        "A stream sends its terminal event twice; the page fetches the report twice and counts two jobs.",
        (STREAMS, 'yield b"".join((*events.frames, {+events.frames[-1], +}done))'),
        caught_by="streams: law-3-end at GET /api/jobs/{job_id}/events, expected one terminal event",
    ),
    drift(
        "terminal-event-before-the-result",
        "The service sends `completed` before it stores the result; the page shows a finished job without figures.",
        (
            STORE,
            "        await self._finish(claim, Transition.SUCCEED, [-result=result, progress=1.0)-]{+progress=1.0)\n",
            "        async with self._database.writing() as connection:\n",
            "            this = jobs.c.job_id == claim.job_id\n",
            "            await connection.execute(update(jobs).where(this).values(result=result))+}",
        ),
        (
            STORE,
            "{+from sqlalchemy import update\n\nfrom quant_engine.api.jobs.models import jobs\n",
            "+}from quant_engine.api.jobs.notifier import Notifier\n",
        ),
        caught_by="streams: changed-without-revision at GET /api/jobs/{job_id}/events, expected 'result': None, found 'result': {",
    ),
    drift(
        "done-missing",
        "The server closes after the terminal event without `done`; clients reconnect in vain.",
        (STREAMS, 'yield b"".join([-(*events.frames, done))-]{+events.frames)+}'),
        (
            STREAMS,
            "[-                    done = frame(id=after + 1, event=EventName.DONE, data=events.final)\n-]",
        ),
        caught_by="streams: law-3-end at GET /api/jobs/{job_id}/events, expected `done`, found a close",
    ),
    drift(
        "stream-left-open",
        "The connection stays open after `done`; after six finished jobs the browser cannot open another one.",
        (
            STREAMS,
            '                    yield b"".join((*events.frames, done))\n',
            "                    {+await topic.wait_for_change(topic.version, 1e6)\n",
            "                    +}return\n",
        ),
        caught_by="streams: law-3-end at GET /api/jobs/{job_id}/events, expected `done`, found an open stream",
    ),
    drift(
        "page-ends-with-the-first-terminal-event",
        "The page stops at a terminal event; a job that ended long ago has none, and the page reconnects for ever.",
        (STREAM, "[-name ===-]{+last ||+} options.contract.[-last-]{+terminal.includes(name)+};"),
        caught_by="tests-page: error at stream.test.ts > reading > ends with the stream, however the job ended",
    ),
    drift(
        "queued-job-cancelled-in-silence",
        "The cancel of a queued job changes its row and notifies no reader; its stream never ends.",
        (
            ROWS,
            "{+        if transition is Transition.CANCEL and row is not None:\n",
            "            return to_record(row)\n",
            "+}        return None if row is None else await self._log(transition, row)",
        ),
        caught_by="streams: law-3-end at GET /api/jobs/{job_id}/events, expected `cancelled`, found it hangs",
    ),
)

NOTIFIED = (
    drift(
        "lost-wake-up",
        "A stream reads the version after the log; it misses an event in between until the next ping.",
        (
            STREAMS,
            "[-                version = topic.version\n",
            "-]                events = await self.log.read_job(job_id, after, [-version)-]{+topic.version)\n",
            "                version = topic.version+}",
        ),
        caught_by="interleaving: law-2-order at GET /api/jobs/{job_id}/events, expected `started`, found it hangs",
    ),
    drift(
        "lost-wake-up-of-all",
        "The stream of all jobs reads the version after the log; the page shows a finished job as running for 15 seconds.",
        (
            STREAMS,
            "[-                version = topic.version\n",
            "-]                frames, through = await self.log.read_all(log_id, after, [-version)-]{+topic.version)\n",
            "                version = topic.version+}",
        ),
        caught_by="interleaving: law-8-all-jobs at GET /api/events, expected revision 1, found it hangs",
        where="contract_tests/streams/test_interleaving.py::test_one_thing_at_every_await_point[all]",
    ),
    drift(
        "woken-before-the-commit",
        "The store notifies readers inside the transaction; they read the log too early and miss the event.",
        (STORE, "claim.attempt, transition, **values)\n        {+    +}self._notify(claim.job_id)"),
        caught_by="interleaving: law-3-end at GET /api/jobs/{job_id}/events, expected `completed`, found it hangs",
        where="contract_tests/streams/test_interleaving.py::test_through_the_routes_or_with_a_driver_that_waits[slow_commit-job]",
    ),
    drift(
        "wake-up-forgotten",
        "A job that goes back to the queue notifies no reader; the page shows it running until the next ping.",
        (STORE, "        self._notify_after(pause[-, claim.job_id-])"),
        (STORE, "        self._notifier.notify(*jobs[-, Notifier.ALL-])"),
        caught_by="streams: law-8-all-jobs at GET /api/events, expected revision, found it hangs",
    ),
    drift(
        "gap-between-record-and-log",
        "A stream reads the record first and the position later; it never sends what happened in between.",
        (STREAMS, "            after = [-record-]{+(await self._store.get(job_id))+}.revision\n"),
        caught_by="interleaving: law-3-end at GET /api/jobs/{job_id}/events, found it hangs",
    ),
    drift(
        "progress-that-falls",
        "The service stores progress as it is reported; after a late report the page's bar goes back.",
        (
            "quant_engine/api/jobs/rows.py",
            '{"progress": [-larger(jobs.c.progress, -]bindparam("at_least", 0.0)[-)-]}',
        ),
        caught_by="streams: law-whole-records at GET /api/, expected progress of 0.75, found `progress`: 0.25",
    ),
    drift(
        "write-of-an-attempt-that-is-over",
        "An abandoned process still writes; progress of the old attempt appears in the new one.",
        (ROWS, "        changed = changed.where([-_OF_ATTEMPT-]{+_OF_JOB+})\n"),
        caught_by="streams: law-attempts at GET /api/jobs/{job_id}/events, expected 'status': 'running', found 'status': 'queued'",
    ),
    drift(
        "pings-too-rare",
        "A stream pings once a minute; the page treats an idle stream as dead and reconnects again and again.",
        ("quant_engine/api/routing.py", "ping={+6 * +}PING_SECONDS,"),
        caught_by="streams: law-pings at GET /api/events, expected 15 s, found 0 comments",
    ),
    drift(
        "retry-time-not-sent",
        "The stream no longer sends a retry time; browsers wait as long as they like.",
        (STREAMS, 'RETRY = [-f"retry: {RETRY_MS}\\n".encode()-]{+b""+}'),
        caught_by="streams: law-first-bytes at GET /api/, expected retry: 2000",
    ),
    drift(
        "unknown-job-is-an-empty-stream",
        "An unknown job has a stream without events; the page waits for ever.",
        (
            ROUTER,
            "{+    try:\n        await streams._store.get(job_id)  # noqa: SLF001\n",
            "    except NotFound:\n        return event_source(_nothing())\n",
            "+}    frames = await streams.stream_job(job_id",
        ),
        (
            ROUTER,
            "{+async def _nothing() -> AsyncIterator[bytes]:\n",
            '    yield b": nothing yet\\n\\n"\n\n\n+}@router.get("/events", ',
        ),
        (ROUTER, "{+from collections.abc import AsyncIterator\n+}from typing import Annotated\n"),
        (ROUTER, "from quant_engine.domain.errors import ErrorCode{+, NotFound+}"),
        caught_by="exhaustive-checks: unknown-ids-refused at GET /api/jobs/{job_id}/events path/job_id, found 200",
    ),
)
