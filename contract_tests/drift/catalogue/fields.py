"""Fields of answers: renamed, retyped, nullable or not, added or gone, on either side."""

from contract_tests.drift.drifts import drift

JOBS = "quant_engine/api/schemas/jobs.py"
HEALTH = "quant_engine/api/services/health_service.py"
CHECKS = "quant_engine/api/services/health_checks.py"
SCHEMAS = "quant_engine/api/schemas"
REPORTS = "quant_engine/domain/reports.py"
USE_JOBS = "frontend/src/api/queries/useJobs.ts"
PAGES = "frontend/src/api/queries/pages.ts"
ROUTERS = "quant_engine/api/routers"
BACKTESTS = "quant_engine/api/services/backtests.py"

FIELDS = (
    drift(
        "field-renamed-in-service",
        "The data report calls its last day `until`; the page's banner shows no date.",
        (f"{SCHEMAS}/system_health.py", "    [-last_date-]{+until+}: date\n"),
        (HEALTH, "            [-last_date-]{+until+}=manifest.last_date,\n"),
        caught_by="types-page: TS2339 at frontend/src/, found 'last_date'",
    ),
    drift(
        "field-renamed-on-page",
        "The page sorts jobs by `createdAt`, which no record has; the list is unsorted.",
        (USE_JOBS, "const created = Date.parse(job.[-created_at-]{+createdAt+});"),
        caught_by="types-page: TS2551 at useJobs.ts:, found 'createdAt'",
    ),
    drift(
        "field-renamed-on-both-sides",
        "A page of a list has `next` instead of `next_cursor` on both sides; scripts read one page only.",
        (JOBS, "    [-next_cursor-]{+next+}: Cursor | None"),
        (f"{ROUTERS}/jobs.py", '[-next_cursor-]{+next+}=to_cursor("jobs", more)'),
        (f"{SCHEMAS}/backtests.py", "    items: list[BacktestItem]\n    [-next_cursor-]{+next+}:"),
        (f"{SCHEMAS}/models.py", "    items: list[ModelManifest]\n    [-next_cursor-]{+next+}:"),
        (f"{ROUTERS}/backtests.py", "[-next_cursor-]{+next+}=to_cursor("),
        (f"{ROUTERS}/models.py", "[-next_cursor-]{+next+}=to_cursor("),
        (PAGES, "  [-next_cursor-]{+next+}: string | null;"),
        (PAGES, "({ [-next_cursor }) => next_cursor-]{+next }) => next+}"),
        (USE_JOBS, "pages.pages[last]?.[-next_cursor-]{+next+}"),
        (USE_JOBS, "    const { [-next_cursor-]{+next+} } = page;\n"),
        (USE_JOBS, "map((job) => job.job_id), [-next_cursor-]{+next+} };"),
        caught_by="wire: missing-member at /components/schemas/JobPage/properties, expected next_cursor, found next",
    ),
    drift(
        "field-renamed-and-not-its-column",
        "The record's field is `stage` and its column still `progress_message`; the service cannot read any job.",
        (JOBS, "    [-progress_message-]{+stage+}: Annotated["),
        caught_by="columns: column-renamed at api/jobs/models.py:, expected stage, found progress_message",
    ),
    drift(
        "field-retyped-in-service",
        "The data report counts its tickers instead of listing them; the page reads the length of a number.",
        (f"{SCHEMAS}/system_health.py", "    tickers: [-list[str]-]{+int+}\n"),
        (HEALTH, "tickers=[-[item.ticker for item in -]{+len(+}manifest.tickers[-]-]{+)+},"),
        caught_by="types-page: TS2339 at frontend/src/, found 'length'*'number'",
    ),
    drift(
        "field-retyped-on-page",
        "The page declares a cursor as a number and increments it; the service refuses the second page.",
        (PAGES, "  next_cursor: [-string-]{+number+} | null;"),
        caught_by="types-page: TS2345 at useJobs.ts:, found 'string | null'*'number | null'",
    ),
    drift(
        "field-nullable-in-service",
        "The progress of a record may be null; the page draws an empty bar.",
        (
            JOBS,
            "Fraction[-,-]{+ | None,\n",
            '       +} Field(ge=0, le=1, description="Fraction done, rising within an attempt."){+,+}',
        ),
        caught_by="types-page: TS18047 at frontend/src/, found 'job.progress'*'null'",
    ),
    drift(
        "field-nullable-and-never-null",
        "The contract declares that exposure may be null, which it never is; clients handle a null that does not occur.",
        (REPORTS, "    exposure: Fraction {+| None +} #:"),
        caught_by="observed: never-seen at /components/schemas/Metrics/properties/exposure/anyOf/, expected null",
    ),
    drift(
        "field-never-null-in-service",
        "A check must always have an action; a successful check has none, and the health route fails.",
        (
            f"{SCHEMAS}/system_health.py",
            "    action: str[- | None  #: what to do; null for nothing-]{+  #: what to do+}",
        ),
        caught_by="tests-api: validation-error at tests/api/test_health_checks.py::, found Check\naction\n",
        where="tests/api/test_health_checks.py",
    ),
    drift(
        "field-never-null-and-sent-as-empty",
        "A job without a message has an empty text instead of null; the page shows an empty line.",
        (
            JOBS,
            '        str[- | None-]{+,\n        BeforeValidator(lambda text: text or ""),\n       +}[-,-] Field(max_length=',
        ),
        (
            JOBS,
            "from pydantic import [-AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter-]{+(\n",
            "    AwareDatetime,\n    BaseModel,\n    BeforeValidator,\n    ConfigDict,\n",
            "    Field,\n    TypeAdapter,\n)+}",
        ),
        caught_by='wire: value-changed at /properties/progress_message, expected "null", found {*"type": "string"}',
    ),
    drift(
        "null-forgotten-on-page",
        "The page reads a message that may be null; a queued job breaks the list.",
        (
            USE_JOBS,
            "{+  if (job.progress_message.length > 500) return pages;\n",
            "+}  const created = Date.parse(job.created_at);",
        ),
        caught_by="types-page: TS18047 at useJobs.ts:, found 'job.progress_message'*'null'",
    ),
    drift(
        "null-sent-by-page",
        "The page sends version null for the latest; the service refuses it.",
        (
            "frontend/src/jobTypes.ts",
            'post("/api/compute/backtest", { body{+: { ...body, version: null }+}, headers })',
        ),
        caught_by="types-page: TS2322 at src/jobTypes.ts:, found 'null'*'string'",
    ),
    drift(
        "field-sent-and-not-read",
        "A backtest in the list has the number of its open trades, which the page never shows.",
        (f"{SCHEMAS}/backtests.py", "    last_date: date\n    {+n_open_trades: int\n    +}"),
        (BACKTESTS, "        last_date=record.result.last_date,\n{+        n_open_trades=0,\n+}"),
        caught_by="liveness-answers: field-never-read at BacktestItem.n_open_trades",
    ),
    drift(
        "field-dropped-in-service",
        "Health no longer sends the threshold of a check; the page shows an empty column.",
        (f"{SCHEMAS}/system_health.py", "[-    threshold: str\n-]    reason: str\n"),
        (CHECKS, "status=status[-, threshold=self.threshold-], reason=reason,"),
        caught_by="types-page: TS2339 at frontend/src/, found 'threshold'",
    ),
    drift(
        "field-undeclared-on-page",
        "The page reads `eta_seconds` of a job, which the service never sends.",
        (USE_JOBS, "  const created = Date.parse(job.created_at){+ + job.eta_seconds+};"),
        caught_by="types-page: TS2339 at useJobs.ts:, found 'eta_seconds'",
    ),
    drift(
        "field-left-out-when-null",
        "Answers leave out null fields; the page reads `undefined` where it expects null.",
        (
            f"{ROUTERS}/jobs.py",
            '@router.get({+\n    +}"/jobs/{job_id}",{+\n',
            "   +} responses=declared(ErrorCode.JOB_NOT_FOUND){+,\n",
            "    response_model_exclude_none=True,\n+})",
        ),
        caught_by="coercion: missing-on-the-wire at GET /api/jobs/* /data/, expected None, found nothing",
    ),
    drift(
        "field-with-a-default-in-an-answer",
        "The bias of a score has the default 0; clients cannot rely on the field.",
        (
            REPORTS,
            "    hit_rate: Fraction | None  #: fraction of predictions with the right sign\n",
            "{+    bias: Fraction = 0.0  #: mean error\n+}",
        ),
        caught_by="wire: convention-present-fields at /components/schemas/HorizonHeadline, found bias",
    ),
)
