"""What values must keep: units, rules of records, and two representations of one value."""

from contract_tests.drift.drifts import drift

STORE = "quant_engine/api/jobs/store.py"
BACKTESTS = "quant_engine/api/services/backtests.py"
METRICS = "frontend/src/components/backtests/metricRows.ts"
SIGNALS = "frontend/src/components/signals/SignalsTable.tsx"

RELATED = (
    drift(
        "ratio-beside-percentages",
        "The page shows exposure as a ratio beside percentages.",
        (METRICS, 'is invested",\n    format: [-percent-]{+ratio+},'),
        caught_by="types-page: TS2322 at src/components/backtests/metricRows.ts:, found '\"fraction\"'",
    ),
    drift(
        "figure-without-its-format",
        "The page shows the disagreement of a signal with all its digits.",
        (SIGNALS, "{[-finePercent(-]disagreement[-)-]}</Table.Td>"),
        caught_by="wire-rules: unformatted-figure at SignalsTable.tsx:, found fraction",
    ),
    drift(
        "success-that-is-not-done",
        "A job that succeeded keeps the progress of its last report; a bar stays at 50 %.",
        (STORE, "Transition.SUCCEED, result=result[-, progress=1.0-])"),
        caught_by="observed: broken-relation at GET /api/jobs/{job_id} 200*Job), expected progress == 1.0",
    ),
    drift(
        "cancelled-without-a-request",
        "A queued job that is cancelled does not say that a client requested it; an audit counts it as lost.",
        (STORE, "rows.change(transition, job_id[-, cancel_requested=True-])"),
        caught_by="observed: broken-relation at POST /api/jobs/{job_id}/cancel 200*Job), expected cancel_requested",
    ),
    drift(
        "csv-of-another-dialect",
        "The CSV has semicolons; a client that reads commas gets one column.",
        (BACKTESTS, 'fieldnames=list(Trade.model_fields){+, delimiter=";"+})'),
        caught_by="observed: two-representations at GET /api/backtests/{job_id}/trades.csv 200, found ;",
    ),
    drift(
        "list-with-another-version",
        "The list of backtests has the requested version, where the report has the one that was used.",
        (BACKTESTS, "model_version=record.[-result.model_version-]{+params.version+},"),
        caught_by="observed: broken-relation at GET /api/backtests 200, found latest",
    ),
)
