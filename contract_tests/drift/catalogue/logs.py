"""Logs of jobs: what is kept, its stream and its pages, the command, and the panel of the page."""

from contract_tests.drift.drifts import drift

READ = "quant_engine/api/jobs/job_log.py"
LINES = "frontend/src/api/queries/useLogLines.ts"
PANEL = "frontend/src/components/jobs/LogPanel.tsx"

LOGS = (
    drift(
        "log-skips-one-too-many",
        "`skipped` names the line after the gap as one that is not kept, though it comes next.",
        (READ, "SkippedLines(first=after + 1, last=line.line[- - 1-])"),
        caught_by="stream-laws: law-9-log at GET /api/jobs/{job_id}/log/events",
    ),
    drift(
        "log-after-the-end",
        "The last lines of a job are stored after its end: a reader that follows it does not receive them.",
        (
            "quant_engine/api/jobs/local.py",
            "        async def settle() -> None:\n",
            "[-            await attempt.log.flush()\n-]",
        ),
        caught_by="engine: law-broken at test_without_a_fault, found of its 4 lines",
    ),
    drift(
        "bearer-token-in-a-log",
        "A bearer token that a job prints without the word authorization is shown to every reader of its log.",
        (
            "quant_engine/domain/redaction.py",
            're.compile(r"(?i)(\\b[-bearer-]{+apikey+}\\s',
        ),
        where="tests/domain/test_redaction.py",
        caught_by="tests-rest: assertion-error at test_what_looks_like_a_secret_is_hidden",
    ),
    drift(
        "own-token-in-a-log",
        "A job that prints the token of the service shows it to every reader of its log.",
        ("quant_engine/api/main.py", "[-            secrets=settings.secrets,\n-]"),
        where="tests/api/test_job_log.py",
        caught_by="tests-rest: assertion-error at test_no_secret_is_anywhere",
    ),
    drift(
        "log-level-renamed-in-service",
        "The service renames the highest level of a line; the page has no label for the new one.",
        ("quant_engine/api/schemas/job_log.py", 'CRITICAL = "[-critical-]{+fatal+}"'),
        caught_by="types-page: TS2353 at components/jobs/LogPanel.tsx",
    ),
    drift(
        "log-stream-declared-without-an-end",
        "The contract says that a reader of a log which resumes from its end gets a stream; the service answers 204.",
        (
            "quant_engine/api/schemas/events.py",
            '"n from 0 to the newest line continues with n + 1; anything else begins anew",\n',
            '        "after_last": [-204-]{+None+},',
        ),
        caught_by="wire: value-changed at log~1events/get/x-sse/resume/after_last, found null",
    ),
    drift(
        "log-followed-for-ever",
        "A reader that has every line when the job ends gets no end: `quant-engine logs -f` never exits.",
        (READ, "record.status.is_final{+ and frames+}:"),
        caught_by="stream-laws: law-3-end at GET /api/jobs/{job_id}/log/events",
    ),
    drift(
        "logs-exit-with-0",
        "`quant-engine logs -f` exits with 0 whatever became of the job, so that a script goes on after a failure.",
        (
            "quant_engine/cli/logs.py",
            "[-            else:\n                raise typer.Exit(progress.exit_code(one))\n-]",
        ),
        where="tests/cli/test_logs.py",
        caught_by="tests-rest: assertion-error at test_it_follows_to_the_end_and_exits_as_the_job_did",
    ),
    drift(
        "log-panel-keeps-the-oldest",
        "The page keeps the oldest lines of a long log and drops what is printed now.",
        (LINES, "all.slice([-FIRST_ROWS - MOST_ROWS + 1-]{+FIRST_ROWS, MOST_ROWS - 1+})"),
        where="tests/LogPanel.test.tsx",
        caught_by="tests-screens: assertion-error at LogPanel.test.tsx > the rows of a log >",
    ),
    drift(
        "log-panel-of-one-level-alone",
        "The page shows warnings without the errors that followed them, under `Warnings and above`.",
        (
            PANEL,
            'return [-LOG_LEVEL.indexOf(row.level) >= LOG_LEVEL.indexOf(least)-]{+least === "debug" || row.level === least+};',
        ),
        where="tests/LogPanel.test.tsx",
        caught_by="tests-screens: assertion-error at LogPanel.test.tsx > the log of a job > shows the lines of a level and above",
    ),
    drift(
        "traceback-of-the-first-attempt",
        "The page shows the first traceback of a log, which may be one that the job caught and logged, and not that of the failure.",
        (PANEL, "lines.[-findLastIndex-]{+findIndex+}("),
        where="tests/LogPanel.test.tsx",
        caught_by="tests-screens: assertion-error at LogPanel.test.tsx > the log of a job > shows the traceback of the failure",
    ),
)
