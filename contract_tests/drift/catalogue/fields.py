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
        "service",
        "The data report calls its last day `until`; the page's banner shows no date.",
        (f"{SCHEMAS}/system_health.py", "    last_date: date\n", "    until: date\n"),
        (
            HEALTH,
            "            last_date=manifest.last_date,\n",
            "            until=manifest.last_date,\n",
        ),
        gate="types-page",
        code="TS2339",
        pointer="frontend/src/",
        found="'last_date'",
    ),
    drift(
        "field-renamed-on-page",
        "page",
        "The page sorts jobs by `createdAt`, which no record has; the list is unsorted.",
        (
            USE_JOBS,
            "const created = Date.parse(job.created_at);",
            "const created = Date.parse(job.createdAt);",
        ),
        gate="types-page",
        code="TS2551",
        pointer="useJobs.ts:",
        found="'createdAt'",
    ),
    drift(
        "field-renamed-on-both-sides",
        "both",
        "A page of a list has `next` instead of `next_cursor` on both sides; scripts read one page only.",
        (JOBS, "    next_cursor: str | None", "    next: str | None"),
        (
            f"{ROUTERS}/jobs.py",
            'next_cursor=to_cursor("jobs", more)',
            'next=to_cursor("jobs", more)',
        ),
        (
            f"{SCHEMAS}/backtests.py",
            "    items: list[BacktestItem]\n    next_cursor:",
            "    items: list[BacktestItem]\n    next:",
        ),
        (
            f"{SCHEMAS}/models.py",
            "    items: list[ModelManifest]\n    next_cursor:",
            "    items: list[ModelManifest]\n    next:",
        ),
        (f"{ROUTERS}/backtests.py", "next_cursor=to_cursor(", "next=to_cursor("),
        (f"{ROUTERS}/models.py", "next_cursor=to_cursor(", "next=to_cursor("),
        (PAGES, "  next_cursor: string | null;", "  next: string | null;"),
        (PAGES, "({ next_cursor }) => next_cursor", "({ next }) => next"),
        (USE_JOBS, "pages.pages[last]?.next_cursor", "pages.pages[last]?.next"),
        (USE_JOBS, "    const { next_cursor } = page;\n", "    const { next } = page;\n"),
        (USE_JOBS, "map((job) => job.job_id), next_cursor };", "map((job) => job.job_id), next };"),
        gate="wire",
        code="missing-member",
        pointer="/components/schemas/JobPage/properties",
        expected="next_cursor",
        found="next",
    ),
    drift(
        "field-renamed-and-not-its-column",
        "service",
        "The record's field is `stage` and its column still `progress_message`; the service cannot read any job.",
        (JOBS, "    progress_message: Annotated[", "    stage: Annotated["),
        gate="columns",
        code="column-renamed",
        pointer="api/jobs/models.py:",
        expected="stage",
        found="progress_message",
    ),
    drift(
        "field-retyped-in-service",
        "service",
        "The data report counts its tickers instead of listing them; the page reads the length of a number.",
        (f"{SCHEMAS}/system_health.py", "    tickers: list[str]\n", "    tickers: int\n"),
        (
            HEALTH,
            "tickers=[item.ticker for item in manifest.tickers],",
            "tickers=len(manifest.tickers),",
        ),
        gate="types-page",
        code="TS2339",
        pointer="frontend/src/",
        found="'length'*'number'",
    ),
    drift(
        "field-retyped-on-page",
        "page",
        "The page declares a cursor as a number and increments it; the service refuses the second page.",
        (PAGES, "  next_cursor: string | null;", "  next_cursor: number | null;"),
        gate="types-page",
        code="TS2345",
        pointer="useJobs.ts:",
        found="'string | null'*'number | null'",
    ),
    drift(
        "field-nullable-in-service",
        "service",
        "The progress of a record may be null; the page draws an empty bar.",
        (
            JOBS,
            'FiniteFloat, Field(ge=0, le=1, description="Fraction done, rising within an attempt.")',
            (
                "FiniteFloat | None,\n"
                '        Field(ge=0, le=1, description="Fraction done, rising within an attempt."),'
            ),
        ),
        gate="types-page",
        code="TS18047",
        pointer="frontend/src/",
        found="'job.progress'*'null'",
    ),
    drift(
        "field-nullable-and-never-null",
        "service",
        "The contract declares that exposure may be null, which it never is; clients handle a null that does not occur.",
        (
            REPORTS,
            "    exposure: FiniteFloat  #:",
            "    exposure: FiniteFloat | None  #:",
        ),
        gate="observed",
        code="never-seen",
        pointer="/components/schemas/Metrics/properties/exposure/anyOf/",
        expected="null",
    ),
    drift(
        "field-never-null-in-service",
        "service",
        "A check must always have an action; a successful check has none, and the health route fails.",
        (
            f"{SCHEMAS}/system_health.py",
            "    action: str | None  #: what to do; null for nothing",
            "    action: str  #: what to do",
        ),
        gate="tests-api",
        code="validation-error",
        pointer="tests/api/test_health_checks.py::",
        found="Check\naction\n",
        where=("tests/api/test_health_checks.py",),
    ),
    drift(
        "field-never-null-and-sent-as-empty",
        "service",
        "A job without a message has an empty text instead of null; the page shows an empty line.",
        (
            JOBS,
            '    progress_message: Annotated[str | None, Field(description="The stage in words.")]',
            (
                '    progress_message: Annotated[\n        str, BeforeValidator(lambda text: text or ""),'
                ' Field(description="The stage in words.")\n    ]'
            ),
        ),
        (
            JOBS,
            "from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter",
            (
                "from pydantic import (\n    AwareDatetime,\n    BaseModel,\n    BeforeValidator,\n    ConfigDict,\n"
                "    Field,\n    FiniteFloat,\n    TypeAdapter,\n)"
            ),
        ),
        gate="wire",
        code="value-changed",
        pointer="/properties/progress_message",
        expected='"null"',
        found='{"type": "string"}',
    ),
    drift(
        "null-forgotten-on-page",
        "page",
        "The page reads a message that may be null; a queued job breaks the list.",
        (
            USE_JOBS,
            "  const created = Date.parse(job.created_at);",
            (
                "  if (job.progress_message.length > 500) return pages;\n"
                "  const created = Date.parse(job.created_at);"
            ),
        ),
        gate="types-page",
        code="TS18047",
        pointer="useJobs.ts:",
        found="'job.progress_message'*'null'",
    ),
    drift(
        "null-sent-by-page",
        "page",
        "The page sends version null for the latest; the service refuses it.",
        (
            "frontend/src/jobTypes.ts",
            'post("/api/compute/backtest", { body, headers })',
            'post("/api/compute/backtest", { body: { ...body, version: null }, headers })',
        ),
        gate="types-page",
        code="TS2322",
        pointer="src/jobTypes.ts:",
        found="'null'*'string'",
    ),
    drift(
        "field-sent-and-not-read",
        "service",
        "A backtest in the list has the number of its open trades, which the page never shows.",
        (
            f"{SCHEMAS}/backtests.py",
            "    last_date: date\n    metrics: Metrics\n",
            "    last_date: date\n    n_open_trades: int\n    metrics: Metrics\n",
        ),
        (
            BACKTESTS,
            "        last_date=record.result.last_date,\n",
            "        last_date=record.result.last_date,\n        n_open_trades=0,\n",
        ),
        gate="liveness-answers",
        code="field-never-read",
        pointer="BacktestItem.n_open_trades",
    ),
    drift(
        "field-dropped-in-service",
        "service",
        "Health no longer sends the threshold of a check; the page shows an empty column.",
        (
            f"{SCHEMAS}/system_health.py",
            "    threshold: str\n    reason: str\n",
            "    reason: str\n",
        ),
        (
            CHECKS,
            "status=status, threshold=self.threshold, reason=reason,",
            "status=status, reason=reason,",
        ),
        gate="types-page",
        code="TS2339",
        pointer="frontend/src/",
        found="'threshold'",
    ),
    drift(
        "field-undeclared-on-page",
        "page",
        "The page reads `eta_seconds` of a job, which the service never sends.",
        (
            USE_JOBS,
            "  const created = Date.parse(job.created_at);",
            "  const created = Date.parse(job.created_at) + job.eta_seconds;",
        ),
        gate="types-page",
        code="TS2339",
        pointer="useJobs.ts:",
        found="'eta_seconds'",
    ),
    drift(
        "field-left-out-when-null",
        "service",
        "Answers leave out null fields; the page reads `undefined` where it expects null.",
        (
            f"{ROUTERS}/jobs.py",
            '@router.get("/jobs/{job_id}", responses=declared(ErrorCode.JOB_NOT_FOUND))',
            (
                '@router.get(\n    "/jobs/{job_id}",\n    responses=declared(ErrorCode.JOB_NOT_FOUND),\n'
                "    response_model_exclude_none=True,\n)"
            ),
        ),
        gate="coercion",
        code="missing-on-the-wire",
        pointer="GET /api/jobs/* /data/",
        expected="None",
        found="nothing",
    ),
    drift(
        "field-with-a-default-in-an-answer",
        "service",
        "The bias of a score has the default 0; clients cannot rely on the field.",
        (
            REPORTS,
            "    hit_rate: FiniteFloat | None  #: fraction of predictions with the right sign\n",
            (
                "    hit_rate: FiniteFloat | None  #: fraction of predictions with the right sign\n"
                "    bias: FiniteFloat = 0.0  #: mean error\n"
            ),
        ),
        gate="wire",
        code="convention-present-fields",
        pointer="/components/schemas/HorizonHeadline",
        found="bias",
    ),
)
