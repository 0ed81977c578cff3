"""Fields of requests: defaults, bounds and extra fields, typed twice, ignored, or silently changed."""

from contract_tests.drift.drifts import drift

PARAMETERS = "quant_engine/domain/parameters.py"
COMPUTE = "quant_engine/api/services/compute.py"
ROUTER = "quant_engine/api/routers/compute.py"
JOB_TYPES = "frontend/src/jobTypes.ts"
PIPELINE = "quant_engine/pipeline.py"
BOUNDS = "frontend/src/components/forms/bounds.ts"

REQUESTS = (
    drift(
        "default-changed-in-service",
        "A backtest holds for 20 days by default; results no longer compare with earlier ones.",
        (PARAMETERS, "        NUMBER_ONLY,\n    ] = [-10-]{+20+}"),
        caught_by="wire: value-changed at /components/schemas/BacktestRequest/properties/holding_period/default, expected 10, found 20",
    ),
    drift(
        "default-of-the-service-s-own",
        "The service limits years to ten, which the contract does not declare; a request for 15 computes 10.",
        (
            ROUTER,
            "{+        # more takes too long on small machines\n",
            '        parameters = parameters.model_copy(update={"years": min(parameters.years, 10)})\n',
            "+}        record = await compute.submit(job_type, parameters, idempotency_key)",
        ),
        caught_by="fuzz: accepted-as-sent at POST /api/compute/backtest body/years, found 10 in the job",
    ),
    drift(
        "default-typed-on-page",
        "The page sends 15 years itself; when the service's default changes, the page's does not.",
        (JOB_TYPES, 'post("/api/compute/train", { body{+: { ...body, years: 15 }+}, headers })'),
        caught_by="wire-rules: handwritten-default at src/jobTypes.ts:, found years",
    ),
    drift(
        "default-of-another-request-on-page",
        "The page marks parameters that differ from the default, and uses a backtest's defaults for a prediction.",
        (JOB_TYPES, "    defaults: [-PREDICT_REQUEST_DEFAULTS-]{+BACKTEST_REQUEST_DEFAULTS+},"),
        (JOB_TYPES, "[-  PREDICT_REQUEST_DEFAULTS,\n-]  PREDICT_REQUEST_FIELDS,"),
        caught_by='types-page: TS2322 at src/jobTypes.ts:, found "PredictRequest"',
    ),
    drift(
        "bound-widened-in-service",
        "The service accepts 60 years; forms and scripts generated from the earlier contract refuse them.",
        (PARAMETERS, "MOST_YEARS = [-40-]{+60+}"),
        caught_by="wire: value-changed at /properties/years/maximum, expected 40, found 60",
    ),
    drift(
        "bound-dropped-in-service",
        "Positions are no longer limited; a request for a million of them is accepted.",
        (PARAMETERS, '[-, le=500-], description="Most positions at once."), NUMBER_ONLY'),
        caught_by='wire: value-changed at /components/schemas/BacktestRequest/properties/max_positions, expected "maximum": 500',
    ),
    drift(
        "bound-of-the-service-s-own",
        "The service refuses more than 100 positions, while the contract and the form allow 500.",
        (
            COMPUTE,
            "{+        if isinstance(parameters, BacktestParameters) and parameters.max_positions > 100:\n",
            '            message = "At most 100 positions. Ask for fewer."\n',
            '            raise Refused(message, fields=(("max_positions", message),))\n',
            "+}        if isinstance(parameters, BacktestParameters | PredictParameters):\n",
            "            self._check_version",
        ),
        (
            COMPUTE,
            "{+from quant_engine.domain.errors import Refused\n+}from quant_engine.domain.parameters import (",
        ),
        caught_by="fuzz: refused-for-a-reason at POST /api/compute/backtest body/max_positions, found max_positions",
    ),
    drift(
        "bound-typed-on-page",
        "The form accepts 20 years at most, whatever the contract allows; only scripts can send more.",
        (BOUNDS, "[-max-]{+Math.min(max, 20)+}) return `At most ${[-max-]{+Math.min(max, 20)+}"),
        caught_by="tests-page: assertion-error at bounds.test.ts > bounds > refuse years = 41, found At most 20",
    ),
    drift(
        "bound-ignored-on-page",
        "The form accepts any number, and the service refuses it.",
        (BOUNDS, "[-  if (max !== undefined && value > max) return `At most ${max}.`;\n-]"),
        (BOUNDS, "const { min, exclusiveMin, [-max, -]exclusiveMax }"),
        caught_by="tests-page: assertion-error at bounds.test.ts > bounds > refuse years = 41, found null",
    ),
    drift(
        "field-accepted-and-unused",
        "A backtest accepts `slippage_bps` and computes the same with and without it.",
        (
            PARAMETERS,
            '    version: Version = "latest"\n    {+slippage_bps: Annotated[\n',
            '        Fraction, Field(ge=0, le=100, description="Cost of getting a worse price."), NUMBER_ONLY\n',
            "    ] = 0.0\n    +}holding_period: Annotated[",
        ),
        caught_by="liveness-requests: field-ignored at POST /api/compute/backtest body/slippage_bps",
    ),
    drift(
        "field-no-longer-used",
        "The pipeline ignores the position size; every backtest buys a tenth.",
        (PIPELINE, "position_size=[-parameters.position_size-]{+0.1+},"),
        caught_by="liveness-requests: field-ignored at POST /api/compute/backtest body/position_size",
    ),
    drift(
        "dry-run-that-is-none",
        "A dry run of the autopilot promotes its strategy.",
        ("quant_engine/autopilot/engine.py", "stores = [-not parameters.dry_run-]{+True+}"),
        caught_by="liveness-requests: field-ignored at POST /api/compute/autopilot body/dry_run, found False*True",
    ),
    drift(
        "filter-ignored",
        "The list of jobs ignores its filter by type; the page shows trainings among backtests.",
        ("quant_engine/api/routers/jobs.py", "        job_type=[-query.job_type-]{+None+},\n"),
        caught_by="liveness-parameters: field-ignored at GET /api/jobs query/job_type",
    ),
    drift(
        "idempotency-key-ignored",
        "The service creates a second job for a repeated request.",
        ("quant_engine/api/services/compute.py", "[-, key=key-])"),
        caught_by="liveness-parameters: field-ignored at POST /api/compute/* header/idempotency-key",
    ),
    drift(
        "extra-field-by-literal",
        "The page sends a field that the request does not have; the service refuses every dry run.",
        (
            JOB_TYPES,
            'post("/api/compute/autopilot", {[- body, headers-]{+\n',
            "        body: { dry_run: body.dry_run === true, notify: true },\n",
            "        headers,\n     +} })",
        ),
        caught_by="types-page: TS2353 at src/jobTypes.ts:, found 'notify'",
    ),
    drift(
        "extra-field-by-spread",
        "The page adds a note to a request by a spread, which the compiler allows.",
        (JOB_TYPES, 'post("/api/compute/train", { body{+: { ...body, note: "again" }+}'),
        caught_by="wire-rules: excess-field at src/jobTypes.ts:, found note",
    ),
    drift(
        "extra-field-by-variable",
        "The page builds a body in a variable, with a field too many.",
        (
            JOB_TYPES,
            "submit: (body, headers) =>{+ {\n",
            "      const prioritised = { ...body, priority: 1 };\n",
            '      return+} post("/api/compute/predict", { body[-, headers })-]{+: prioritised, headers });\n',
            "    }+},",
        ),
        caught_by="wire-rules: excess-field at src/jobTypes.ts:, found priority",
    ),
    drift(
        "extra-field-taken-by-service",
        "The service ignores unknown fields; a misspelt field changes nothing, without an error.",
        (PARAMETERS, 'extra="[-forbid-]{+ignore+}",\n        frozen=True,\n        # in answers'),
        caught_by="wire: missing-node at /components/schemas/BacktestRequest/additionalProperties, expected false",
    ),
    drift(
        "unknown-query-taken",
        "The route of one model accepts any query parameter; `?page=2` returns the same model.",
        ("quant_engine/api/routers/models.py", "[-, route_class=StrictRoute-])"),
        (
            "quant_engine/api/routers/models.py",
            "[-from quant_engine.api.routing import StrictRoute\n-]",
        ),
        caught_by="exhaustive-checks: queries-read-strictly at GET /api/models/{version} query/, expected 422, found 200",
    ),
)
