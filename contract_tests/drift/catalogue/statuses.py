"""Closed sets of words: a status, an error code, a feature set that one side renames, adds or removes."""

from contract_tests.drift.drifts import drift

JOBS = "quant_engine/api/schemas/jobs.py"
PAGE_JOBS = "frontend/src/types/jobs.ts"
USE_JOBS = "frontend/src/api/queries/useJobs.ts"
PARAMETERS = "quant_engine/domain/parameters.py"
REPORTS = "quant_engine/domain/reports.py"
ERRORS = "quant_engine/domain/errors.py"

STATUSES = (
    drift(
        "status-renamed-in-service",
        "The service sends `completed` for a job that succeeded; the page treats it as unfinished.",
        (JOBS, 'SUCCEEDED = "[-succeeded-]{+completed+}"'),
        caught_by="types-page: TS2353 at types/jobs.ts:, found 'succeeded'",
    ),
    drift(
        "status-renamed-on-page",
        "The page has `done` where the service sends `succeeded`, and shows such jobs as unfinished.",
        (PAGE_JOBS, "  [-succeeded-]{+done+}: true,"),
        caught_by="types-page: TS2353 at types/jobs.ts:, found 'done'",
    ),
    drift(
        "status-renamed-on-both-sides",
        "Both sides use `completed`; scripts of users that wait for `succeeded` never end.",
        (JOBS, 'SUCCEEDED = "[-succeeded-]{+completed+}"'),
        (PAGE_JOBS, "  [-succeeded-]{+completed+}: true,"),
        caught_by='wire: value-changed at /components/schemas/JobStatus/enum, expected "succeeded", found "completed"',
    ),
    drift(
        "status-added-in-service",
        "The service can pause jobs; the page has no word and no colour for a paused job.",
        (
            JOBS,
            'RUNNING = "running"  #: a job process is at work on it{+\n',
            '    PAUSED = "paused"  #: it waits for the machine to be idle+}',
        ),
        caught_by="types-page: TS2741 at types/jobs.ts:, found 'paused'",
    ),
    drift(
        "status-added-on-page",
        "The page has a paused status that no job ever has.",
        (PAGE_JOBS, "  running: false,{+\n  paused: false,+}"),
        caught_by="types-page: TS2353 at types/jobs.ts:, found 'paused'",
    ),
    drift(
        "status-removed-on-page",
        "The page has no `cancelled` any more, and waits for the end of a job that has ended.",
        (PAGE_JOBS, "[-  cancelled: true,\n-]"),
        caught_by="types-page: TS2741 at types/jobs.ts:, found 'cancelled'",
    ),
    drift(
        "former-status-on-page",
        "The page compares with `completed`, a former status of jobs.",
        (USE_JOBS, '(status === null || job.status === status{+ || job.status === "completed"+}'),
        caught_by='types-page: TS2367 at useJobs.ts:, found "completed"',
    ),
    drift(
        "statuses-listed-on-page",
        "The page lists the final statuses by hand, so that a new one would be missing.",
        (
            "frontend/src/hooks/useJobProgress.ts",
            '{+  const over: readonly string[] = ["succeeded", "failed", "cancelled"];\n',
            "+}  return {\n    position: () => refresh(),\n",
            "    status: (job) => [-keep-]{+(over.includes(job.status) ? end : keep)+}",
        ),
        caught_by="wire-rules: handwritten-set at useJobProgress.ts:, found JobStatus",
    ),
    drift(
        "feature-set-removed-in-service",
        "The service no longer accepts `full` features; it refuses saved requests of users.",
        (PARAMETERS, 'FeatureMode = Literal["core"[-, "full"-]]'),
        caught_by='wire: value-changed at /properties/feature_mode, expected ["core", "full"], found "const": "core"',
    ),
    drift(
        "feature-set-added-in-service",
        "The service accepts a third feature set and treats it like `full`.",
        (PARAMETERS, 'FeatureMode = Literal["core", "full"{+, "extended"+}]'),
        (REPORTS, '    feature_mode: Literal["core", "full"{+, "extended"+}]\n'),
        caught_by="liveness-requests: field-ignored at body/feature_mode, found 'extended'*'full'",
    ),
    drift(
        "exit-reason-never-sent",
        "The contract has an exit reason `take_profit`, which no trade ever has.",
        (REPORTS, '"drawdown_breaker", "price_lost", "{+take_profit", "+}open"]'),
        caught_by="observed: never-seen at /components/schemas/Trade/properties/exit_reason/enum/, expected 'take_profit'",
    ),
    drift(
        "reset-reason-removed-in-service",
        "The contract no longer declares that a position expires; the stream breaks off for a late client.",
        ("quant_engine/api/schemas/events.py", 'reason: Literal["[-expired", "-]unknown_id"]'),
        caught_by="streams: law-reset at GET /api/events, expected expired, found a close",
    ),
    drift(
        "error-code-renamed-in-service",
        "The service calls a full queue `too_many_jobs`; scripts that retry on `queue_full` fail.",
        (ERRORS, 'QUEUE_FULL = "[-queue_full-]{+too_many_jobs+}"'),
        caught_by="wire: missing-member at /components/schemas/ErrorCode/enum, expected queue_full",
    ),
    drift(
        "error-code-unknown-on-page",
        "The page retries on `too_many_requests`, which the service never sends.",
        ("frontend/src/api/stream.ts", '[-status !== 429-]{+code !== "too_many_requests"+};'),
        caught_by='types-page: TS2367 at api/stream.ts:, found "too_many_requests"',
    ),
    drift(
        "error-status-changed-in-service",
        "The service answers 400 when a final job is cancelled again; the page cannot distinguish that from bad input.",
        ("quant_engine/api/errors.py", "ErrorCode.JOB_ALREADY_FINAL: [-409-]{+400+}"),
        caught_by="wire: value-changed at /components/schemas/ErrorCode/x-http-status/job_already_final, expected 409, found 400",
    ),
)
