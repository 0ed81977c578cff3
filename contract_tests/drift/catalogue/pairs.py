"""Fields that are ignored under a value of another, and headers that are ignored for some kinds or bodies."""

from contract_tests.drift.drifts import drift

PIPELINE = "quant_engine/pipeline.py"
COMPUTE = "quant_engine/api/services/compute.py"
STREAMS = "quant_engine/api/services/jobs.py"
PARAMETERS = "quant_engine/domain/parameters.py"

PAIRS = (
    drift(
        "threshold-ignored-under-risk-management",
        "With risk management every positive prediction is an entry, whatever threshold was requested.",
        (
            PIPELINE,
            "entry_threshold={+0.0 if parameters.risk_management else +}parameters.entry_threshold,",
        ),
        caught_by="liveness-requests: field-ignored at POST /api/compute/backtest body/entry_threshold, found risk_management",
    ),
    drift(
        "years-ignored-with-tickers",
        "A backtest of chosen names trades one year, whatever was requested.",
        (
            PIPELINE,
            "{+1 if parameters.tickers else +}parameters.years)\n    predictions = predict_out_of_sample(",
        ),
        caught_by="liveness-requests: field-ignored at POST /api/compute/backtest body/years, found tickers",
    ),
    drift(
        "condition-not-declared",
        "The contract no longer says that the full universe goes without tickers; a client sends both and is refused.",
        (
            PARAMETERS,
            "full_universe: [-Annotated[FullUniverse, _only_when(tickers=_NONE)]-]{+FullUniverse+} = False",
        ),
        caught_by="wire: value-changed at /components/schemas/BacktestRequest/properties/full_universe, expected x-only-when",
    ),
    drift(
        "key-ignored-for-a-dry-run",
        "A repeated dry run with the same key is a second cycle.",
        (
            COMPUTE,
            "{+        if isinstance(parameters, AutopilotParameters) and parameters.dry_run:\n",
            "            key = None\n",
            "+}        params = parameters.model_dump_json()",
        ),
        caught_by="entry-points: repeat-is-no-repeat at POST /api/compute/autopilot header/idempotency-key, found queued",
    ),
    drift(
        "event-id-ignored-for-predictions",
        "The stream of a prediction starts again after each break.",
        (
            STREAMS,
            'after = _revision(last_event_id[-)-]{+) if record.job_type != "predict" else None+}\n        if after is not None and record.status.is_final',
        ),
        caught_by="entry-points: not-resumed at GET /api/jobs, expected predict job",
    ),
)
