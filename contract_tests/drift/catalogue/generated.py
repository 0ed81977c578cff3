"""Generated and recorded files that were edited by hand or are out of date."""

from contract_tests.drift.drifts import drift

CONTRACT_TS = "frontend/src/types/contract.gen.ts"
OPENAPI_TS = "frontend/src/types/openapi.gen.ts"
EMIT = "frontend/scripts/emit-contract.mjs"
JOB_TYPES = "frontend/src/jobTypes.ts"
USE_JOBS = "frontend/src/api/queries/useJobs.ts"
REPORTS = "quant_engine/domain/reports.py"
PIPELINE = "quant_engine/pipeline.py"

GENERATED = (
    drift(
        "generated-constant-edited-by-hand",
        "A developer adds a status to the generated list and a colour for it; the next `npm run types` removes it.",
        (CONTRACT_TS, 'export const JOB_STATUS = ["queued", "{+paused", "+}running",'),
        (
            USE_JOBS,
            "  isFinal,\n{+  JOB_STATUS,\n+}  type JobRecord,\n  type JobStatus,\n",
        ),
        (
            USE_JOBS,
            "export const EVERY_JOB: JobFilter = { status: null, job_type: null };{+\n\n",
            "/** What waits, in the order of the list. */\n",
            'export const WAITING = JOB_STATUS.filter((status) => status === "paused");+}',
        ),
        caught_by='types-page: TS2367 at useJobs.ts:, found "paused"',
    ),
    drift(
        "generated-type-edited-by-hand",
        "A developer adds a field to the generated types; the service never sends it.",
        (
            OPENAPI_TS,
            '            items: components["schemas"]["JobRecord"][];\n{+            total: number;\n+}',
        ),
        (
            USE_JOBS,
            "    const { next_cursor[- } = page;\n-]{+, total } = page;\n",
            "    if (total === 0) return { items: [], next_cursor };\n+}",
        ),
        caught_by="types-page: TS2339 at useJobs.ts:, found 'total'",
    ),
    drift(
        "contract-edited-by-hand",
        "A developer adds a request field to openapi.json; the service refuses it.",
        (
            "openapi.json",
            '        "description": "Request a new model version.",\n        "properties": {\n',
            '{+          "note": {\n',
            '            "anyOf": [{ "type": "string" }, { "type": "null" }],\n',
            '            "default": null,\n            "title": "Note"\n          },\n+}',
        ),
        (JOB_TYPES, 'post("/api/compute/train", { body{+: { note: "again" }+}, headers })'),
        caught_by="types-page: TS2353 at src/jobTypes.ts:, found 'note'",
    ),
    drift(
        "emitter-forgives-missing-handlers",
        "The generator makes handlers optional; the page may lack one.",
        (EMIT, "  readonly [Name in keyof Payloads]{+?+}: (data: Payloads[Name]) => void;\n"),
        (EMIT, "    handlers[name]{+?.+}(readData() as"),
        caught_by="page-faults: fault-not-found at frontend/src/planted/handlers.ts:, expected the compiler",
    ),
    drift(
        "emitter-forgives-extra-fields",
        "The generator no longer forbids undeclared fields of requests; a spread may add any.",
        (EMIT, "[-{ readonly [Extra in Exclude<keyof T, keyof U>]: never }-]{+U+};"),
        caught_by="page-faults: fault-not-found at frontend/src/planted/excess.ts:, expected the compiler",
    ),
    drift(
        "emitter-forgets-a-bound",
        "The generator leaves out upper bounds; forms accept any number, and the service refuses it.",
        (EMIT, '[-  maximum: "max",\n-]'),
        caught_by="tests-page: assertion-error at bounds.test.ts > bounds > refuse years = 41, found null",
    ),
    drift(
        "exporter-forgets-null-defaults",
        "The export leaves out null defaults; a form starts without a value for tickers.",
        ("quant_engine/api/export.py", '        [-schema["default"] = None-]{+return+}\n'),
        caught_by='wire: value-changed at /parameters/0/schema, expected "default": null',
    ),
)

RECORDED = (
    drift(
        "recording-of-another-time",
        "A training reports its number of scores, which the recorded training lacks.",
        (REPORTS, "    n_tickers{+: int\n    n_scores+}: int\n    scores: Annotated["),
        (
            PIPELINE,
            "        n_tickers=len(manifest.tickers),\n{+        n_scores=len(manifest.scores),\n+}",
        ),
        caught_by="real-jobs: missing at /train/result/n_scores",
    ),
    drift(
        "recording-edited-by-hand",
        "A developer removes a figure from a recording, which real jobs still leave.",
        ("contract_tests/recordings/predict.json", '[-  "n_tickers": 3,\n-]'),
        caught_by="real-jobs: missing at /predict/result/n_tickers",
    ),
    drift(
        "trace-of-another-time",
        "A backtest in the list has its final equity, which the recorded answers of the page's tests lack.",
        ("quant_engine/api/schemas/backtests.py", "{+final_equity: float\n    +}metrics: Metrics"),
        (
            "quant_engine/api/services/backtests.py",
            "        last_date=record.result.last_date,\n{+        final_equity=record.result.final_equity,\n+}",
        ),
        caught_by="traces: missing-field at frontend/tests/traces/backtests.json*/final_equity, expected final_equity",
    ),
    drift(
        "trace-edited-by-hand",
        "A developer edits a recorded answer so that a test of the page passes; the service never answers it.",
        ("frontend/tests/traces/data-mode.json", '"mode": "[-live-]{+paper+}"'),
        caught_by='traces: invalid-value at frontend/tests/traces/data-mode.json*/data/mode, found "paper"',
    ),
    drift(
        "exception-added-in-silence",
        "A developer adds a field that the page does not read, and lists it as an exception without a decision.",
        (
            "contract_tests/exceptions.toml",
            'why = "Every present data source has a mode; null is for a source whose mode is unknown."\n',
            '{+\n[[exception]]\npart = "liveness"\nplace = "Check.since"\n',
            'test = "tests/api/test_research.py::test_every_check_has_a_verdict"\n',
            'why = "Not shown yet."\n+}',
        ),
        caught_by="exceptions: list-longer at contract_tests/exceptions.toml, expected 6, found 7",
    ),
)
