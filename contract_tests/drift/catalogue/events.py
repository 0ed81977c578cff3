"""Events: added, removed, renamed, unnamed, out of order, repeated, with another payload; and their handlers."""

from contract_tests.drift.drifts import drift

EVENTS = "quant_engine/api/schemas/events.py"
JOBS = "quant_engine/api/schemas/jobs.py"
LOG = "quant_engine/api/jobs/log.py"
STREAMS = "quant_engine/api/services/jobs.py"
PROGRESS = "frontend/src/hooks/useJobProgress.ts"
STREAM = "frontend/src/api/stream.ts"
SSE = "frontend/src/hooks/useSSE.ts"

NEW_FRAME = '''class CancellingEvent(JobFrame):
    """The frame of `cancelling`."""

    statuses = frozenset({JobStatus.RUNNING})
    event: Literal[EventName.CANCELLING]


'''
NAMED = (
    JOBS,
    '    {+CANCELLING = "cancelling"  #: a client cancelled it, and it still runs\n',
    '    +}DONE = "done"  #: no event will follow',
)
FRAMED = (EVENTS, f"{{+{NEW_FRAME}+}}class ResetEvent(BaseModel):\n")
JOINED = (EVENTS, "LoggedEvent = (\n{+    CancellingEvent |\n+}")

SENT = (
    drift(
        "event-added-in-service",
        "The service sends `cancelling` for a job that is to be cancelled; the page has no handler, and shows it running.",
        NAMED,
        FRAMED,
        JOINED,
        (
            JOBS,
            "        EventName.[-STATUS-]{+CANCELLING+},\n    )  #: the engine will end it",
        ),
        caught_by="types-page: TS2741 at useJobProgress.ts:, found 'cancelling'",
    ),
    drift(
        "event-added-and-never-sent",
        "The contract has an event `cancelling` that the service never sends; clients handle what does not occur.",
        NAMED,
        FRAMED,
        JOINED,
        caught_by="observed: never-seen at /paths/~1api~1events/get/, expected cancelling",
    ),
    drift(
        "event-undeclared",
        "The stream sends `heartbeat`, which the contract does not declare; strict clients disconnect.",
        (STREAMS, '{+yield b"event: heartbeat\\ndata: {}\\n\\n"\n        +}if ended is not None:'),
        caught_by="streams: law-named-events at GET /api/jobs/{job_id}/events, found `heartbeat`",
    ),
    drift(
        "event-removed-in-service",
        "The service no longer logs the start of a job as `started`; clients that wait for it wait until the end.",
        (JOBS, "JobStatus.RUNNING, EventName.[-STARTED-]{+STATUS+}"),
        caught_by="streams: law-2-order at GET /api/jobs/{job_id}/events, expected `started`, found `status`",
    ),
    drift(
        "event-removed-from-contract",
        "Progress becomes a `status` event; the page's handler of `progress` is never called.",
        (EVENTS, "[-| ProgressEvent-]"),
        (JOBS, "JobStatus.RUNNING, EventName.[-PROGRESS-]{+STATUS+}"),
        caught_by="types-page: TS2353 at useJobProgress.ts:, found 'progress'",
    ),
    drift(
        "event-renamed-in-service",
        "The service sends `succeeded` instead of `completed`; the page never receives the end.",
        (JOBS, 'COMPLETED = "[-completed-]{+succeeded+}"'),
        caught_by="types-page: TS2353 at useJobProgress.ts:, found 'completed'",
    ),
    drift(
        "event-renamed-on-page",
        "The page listens for `finished`, which no stream sends; it shows ended jobs as running.",
        (PROGRESS, '    [-completed-]{+finished+}: (job) => end("completed")(job),'),
        caught_by="types-page: TS2353 at useJobProgress.ts:, found 'finished'",
    ),
    drift(
        "event-renamed-on-both-sides",
        "Both sides use `succeeded` where the wire contract has `completed`; scripts wait for ever.",
        (JOBS, 'COMPLETED = "[-completed-]{+succeeded+}"'),
        (PROGRESS, '[-completed-]{+succeeded+}: (job) => end("[-completed-]{+succeeded+}")(job),'),
        caught_by='wire: value-changed at ~1events/get/x-sse/events, expected "completed", found "succeeded"',
    ),
    drift(
        "event-unnamed",
        "Frames have no event line any more; clients that listen by name receive nothing.",
        (EVENTS, 'f"id: {id[-}\\nevent: {event-]}\\ndata: {data}\\n\\n"'),
        caught_by="streams: law-named-events at GET /api/jobs/{job_id}/events, found an unnamed event",
    ),
    drift(
        "events-out-of-order",
        "The stream of all jobs reads the log job by job, and sends later events first.",
        (LOG, "            .order_by(job_events.c.[-seq-]{+job_id, job_events.c.revision.desc()+}"),
        caught_by="interleaving: law-8-all-jobs at GET /api/events, expected revision, found a gap",
        where="contract_tests/streams/test_interleaving.py::test_two_things_at_every_two_await_points[all]",
    ),
    drift(
        "event-repeated",
        "Each read of the log begins with the event that was sent last; progress is sent twice.",
        (LOG, "        rows = found[-[1:]-]\n"),
        caught_by="streams: law-2-order at GET /api/jobs/{job_id}/events, found a repeat",
    ),
    drift(
        "payload-without-nulls",
        "Events leave out null fields; the page reads undefined where GET has null.",
        (EVENTS, "    return JOB_RECORD.dump_json(record{+, exclude_none=True+}).decode()"),
        caught_by="streams: law-whole-records at GET /api/, found /params: 'tickers'",
    ),
    drift(
        "payload-wrapped",
        "The first event wraps its record as `{job: …}`; the page stores an undefined job.",
        (
            STREAMS,
            "            first = frame(id=record.revision, event=EventName.STATUS, data=[-data-]{+f'{{\"job\":{data}}}'+})",
        ),
        caught_by="streams: law-whole-records at GET /api/, found 'job'",
    ),
    drift(
        "payload-declared-otherwise",
        "`reset` has `message` instead of `reason`; clients cannot distinguish an expired position from a foreign one.",
        (EVENTS, '    [-reason-]{+message+}: Literal["expired", "unknown_id"]'),
        (EVENTS, 'get_args(Reset.model_fields["[-reason-]{+message+}"].annotation)'),
        (STREAMS, 'Reset.model_validate({"[-reason-]{+message+}": reset})'),
        caught_by="wire: missing-member at /components/schemas/Reset/properties, expected reason, found message",
    ),
)

HANDLED = (
    drift(
        "onmessage-only",
        "The page opens an EventSource and listens to onmessage; named events never arrive there.",
        (
            SSE,
            "[-    return () => stop.abort();-]{+    const source = new EventSource(path);\n",
            '    source.onmessage = () => announce({ name: "live" });\n    return () => {\n',
            "      source.close();\n      stop.abort();\n    };+}",
        ),
        caught_by="wire-rules: own-connection at useSSE.ts:, found EventSource",
    ),
    drift(
        "unnamed-events-only",
        "The page passes on unnamed events only, and the service names all events.",
        (
            STREAM,
            '        const name = [-dispatch(event-]{+event === undefined ? dispatch("status"+}, () => parse(event, data)){+ : null+};',
        ),
        caught_by="tests-page: error at stream.test.ts > reading > passes each event to its handler",
    ),
    drift(
        "handler-missing",
        "The page has no handler of `failed`; it shows a failed job as running for ever.",
        (PROGRESS, '[-    failed: (job) => end("failed")(job),\n-]'),
        caught_by="types-page: TS2741 at useJobProgress.ts:, found 'failed'",
    ),
    drift(
        "handler-empty",
        "The page's handler of `progress` does nothing; the bar does not move until the end.",
        (PROGRESS, '    progress: ([-job) => keep("progress")(job)-]{+) => undefined+},'),
        caught_by="liveness-answers: event-unhandled at GET /api/events event/progress",
    ),
    drift(
        "handlers-cast",
        "The page has some handlers and casts them to all; an event without a handler raises an error.",
        (
            PROGRESS,
            '[-    cancelled: (job) => end("cancelled")(job),\n-]    deleted: ({ job_id }) => {\n',
        ),
        (
            PROGRESS,
            "    reset: () => void refreshJobs(client),\n",
            "  }{+ as Partial<Handlers<StreamEventsPayloads>> as Handlers<StreamEventsPayloads>+};",
        ),
        caught_by="wire-rules: cast at useJobProgress.ts:",
    ),
    drift(
        "reset-not-handled",
        "The page ignores `reset`; after a long sleep it shows old jobs.",
        (PROGRESS, "    reset: () => [-void refreshJobs(client)-]{+undefined+},"),
        caught_by="tests-page: assertion-error at useJobProgress.test.tsx > reset > refetches queries in use",
    ),
    drift(
        "older-revision-kept",
        "The page stores whatever arrives last; a slow answer resets a finished job to running.",
        (
            "frontend/src/api/queries/useJobs.ts",
            "    cached !== undefined && cached.[-revision > job.revision-]{+job_id !== job.job_id+} ? cached : job,",
        ),
        caught_by="tests-page: assertion-error at useJobProgress.test.tsx > a cached record > never goes back to an older revision",
    ),
)
