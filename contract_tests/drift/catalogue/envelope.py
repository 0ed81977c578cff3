"""The envelope, statuses and routes: errors answered as successes or as data, and undeclared statuses."""

from contract_tests.drift.drifts import drift

ROUTERS = "quant_engine/api/routers"
ENVELOPE = "quant_engine/api/schemas/envelope.py"
HEALTH = "quant_engine/api/services/health_service.py"
CLIENT = "frontend/src/api/client.ts"

ANSWERS = (
    drift(
        "error-as-200",
        "The service answers 200 with an error inside for an unknown model; the page shows an empty model.",
        (
            f"{ROUTERS}/models.py",
            "{+    try:\n    +}    return ApiResponse.success(models.version(version)){+\n",
            "    except NotFound as error:\n",
            "        failed = ApiResponse.fail(error.message, code=error.code)\n",
            '        return Response(failed.model_dump_json(), media_type="application/json")+}',
        ),
        (f"{ROUTERS}/models.py", "models: Models) -> [-ApiSuccess[ModelManifest]-]{+Any+}:"),
        (
            f"{ROUTERS}/models.py",
            '@router.get([-"/{version}",-]{+\n    "/{version}",\n',
            "   +} responses=declared(ErrorCode.UNKNOWN_VERSION){+,\n",
            "    response_model=ApiSuccess[ModelManifest],\n+})",
        ),
        (f"{ROUTERS}/models.py", "{+, Any+}\n\nfrom fastapi import APIRouter, Query{+, Response+}"),
        (f"{ROUTERS}/models.py", "errors import ErrorCode{+, NotFound+}"),
        caught_by="exhaustive-checks: unknown-ids-refused at GET /api/models/{version} path/version, found 200",
    ),
    drift(
        "error-as-null-data",
        "The service answers null for signals that it cannot read; users believe that there is no prediction.",
        (
            f"{ROUTERS}/signals.py",
            "{+    try:\n    +}    return ApiResponse.success(await signals.latest()){+\n",
            "    except Unavailable:\n        return ApiResponse.success(None)+}",
        ),
        (
            f"{ROUTERS}/signals.py",
            "from quant_engine.api.schemas.signals import SignalsReport\n",
            "{+from quant_engine.domain.errors import Unavailable\n+}",
        ),
        caught_by="faults: fault-hidden at GET /api/signals/latest, found 200",
    ),
    drift(
        "error-as-empty-data",
        "The service answers an empty history for a tracker that it cannot read; the chart is blank without a reason.",
        (
            HEALTH,
            "{+        try:\n",
            "    +}        return IcHistory(snapshots=await self._read(get_ic_history))\n",
            "{+        except DBAPIError:\n            return IcHistory(snapshots=[])\n+}",
        ),
        caught_by="faults: fault-hidden at GET /api/system/ic-history, found 200",
    ),
    drift(
        "envelope-bypassed-by-a-route",
        "A route answers with its bare data; the page finds no envelope and shows an error.",
        (f"{ROUTERS}/system_health.py", "[-ApiSuccess[DataModeReport]-]{+DataModeReport+}:"),
        (f"{ROUTERS}/system_health.py", "[-ApiResponse.success(-]await health.data_mode()[-)-]"),
        caught_by='types-page: TS2345 at useSystemHealth.ts:, found "/api/system/data-mode"',
    ),
    drift(
        "envelope-bypassed-by-a-response",
        "A handler answers its own JSON, not the model that it declares.",
        (
            f"{ROUTERS}/autopilot.py",
            "{+    account = await autopilot.paper_account()\n    if account is None:\n",
            "    +}    return ApiResponse.success([-await autopilot.paper_account()-]{+None)\n",
            '    return JSONResponse({"data": account.model_dump(mode="json")}+})',
        ),
        (f"{ROUTERS}/autopilot.py", "-> [-ApiSuccess[PaperAccount | None]-]{+Any+}:"),
        (
            f"{ROUTERS}/autopilot.py",
            "@router.get({+\n",
            '    +}"/paper", responses=declared(){+, response_model=ApiSuccess[PaperAccount | None]\n',
            "+})",
        ),
        (
            f"{ROUTERS}/autopilot.py",
            "{+from typing import Any\n\n+}from fastapi import APIRouter\n",
            "{+from starlette.responses import JSONResponse\n+}",
        ),
        caught_by="replay: missing-field at GET /api/autopilot/paper 200 /ok, expected ok",
        where="contract_tests/test_replay.py::test_a_home_with_results_answers_every_read",
    ),
    drift(
        "envelope-bypassed-by-the-framework",
        "Unknown routes get the framework's own error; the page cannot show what happened.",
        (
            "quant_engine/api/errors.py",
            "[-    app.add_exception_handler(HTTPException, _framework)\n-]",
        ),
        caught_by="observed: missing-field at GET /api/nothing 404 /ok, expected ok, found detail",
    ),
    drift(
        "envelope-without-meta",
        "Answers no longer have a request id; support cannot find the request in the log.",
        (
            ENVELOPE,
            "[-    request_id: Annotated[str, Field(pattern=REQUEST_ID)]\n-]    generated_at: AwareDatetime\n",
        ),
        (ENVELOPE, "[-            request_id=self.request_id,\n-]"),
        caught_by="wire: missing-member at /components/schemas/ResponseMeta/properties, expected request_id",
    ),
    drift(
        "envelope-not-unwrapped-on-page",
        "The page checks `ok` alone; it shows a 500 from a proxy with `ok: true` as data.",
        (CLIENT, "  if ([-ok !== response.status < 400 || -]ok !== (error === null)) {"),
        caught_by="tests-page: error at client.test.ts > the envelope > that breaks the envelope law is a ConnectionError",
    ),
    drift(
        "status-undeclared",
        "The service answers a cancel with 202, which is not declared; strict clients treat it as a failure.",
        (
            f"{ROUTERS}/jobs.py",
            "async def cancel_job({+\n    +}job_id: str, store: Store{+, response: Response\n",
            "+}) -> ApiSuccess[JobRecord]:",
        ),
        (
            f"{ROUTERS}/jobs.py",
            "{+    response.status_code = 202\n+}    return ApiResponse.success(await store.request_cancel(job_id))\n",
        ),
        caught_by="observed: undeclared-status at POST /api/jobs/{job_id}/cancel 202, expected 200, found 202",
    ),
    drift(
        "status-changed-in-service",
        "The service answers 200 instead of 202 to a submitted job; clients that check the status resubmit.",
        (f"{ROUTERS}/compute.py", "[-status_code=202, -]responses=declared(*_REFUSALS))"),
        caught_by="wire: missing-member at /paths/~1api~1compute~1autopilot/post/responses, expected 202, found 200",
    ),
    drift(
        "refusal-undeclared",
        "The service answers 409 for a report that does not exist yet, and the contract no longer declares it.",
        (f"{ROUTERS}/backtests.py", "[-ErrorCode.JOB_NOT_FINAL, -]ErrorCode.REPORT_DELETED"),
        caught_by="observed: undeclared-status at GET /api/backtests/{job_id} 409, found 409",
    ),
    drift(
        "refusal-declared-and-never-sent",
        "The list of models declares a 409 that it never answers; clients handle what does not occur.",
        (f"{ROUTERS}/models.py", '@router.get("", responses=declared({+ErrorCode.JOB_NOT_FINAL+}'),
        caught_by="observed: never-seen at /paths/~1api~1models/get/responses/409, expected 409",
    ),
    drift(
        "route-shadowed",
        "A debugging route with a parameter precedes `/latest` and answers in its place.",
        (
            f"{ROUTERS}/signals.py",
            '{+@router.get("/{name}", include_in_schema=False)\n',
            "async def get_signal(name: str) -> ApiSuccess[None]:\n",
            '    """Say nothing of one name yet."""\n    return ApiResponse.success(None)\n\n\n',
            '+}@router.get("/latest", responses=declared(ErrorCode.REPORT_DELETED))',
        ),
        caught_by='replay: no-data at GET /api/signals/latest, found "data":null',
        where="contract_tests/test_replay.py::test_a_home_with_results_answers_every_read",
    ),
    drift(
        "route-renamed-in-service",
        "The service's path is `data_mode`; the page requests `data-mode` and finds nothing.",
        (f"{ROUTERS}/system_health.py", '@router.get("/[-data-mode-]{+data_mode+}"'),
        caught_by='types-page: TS2345 at useSystemHealth.ts:, found "/api/system/data-mode"',
    ),
    drift(
        "route-renamed-on-page",
        "The page requests `/api/system/modelage`, which does not exist.",
        (
            "frontend/src/api/queries/useSystemHealth.ts",
            'get("/api/system/[-model-age-]{+modelage+}"',
        ),
        caught_by='types-page: TS2345 at useSystemHealth.ts:, found "/api/system/modelage"',
    ),
    drift(
        "method-changed-in-service",
        "Cancelling is a DELETE; the page's button sends a POST, which the service refuses.",
        (f"{ROUTERS}/jobs.py", '@router.[-post-]{+delete+}(\n    "/jobs/{job_id}/cancel",'),
        caught_by="types-page: TS2322 at useJobs.ts:, found 'never'",
    ),
    drift(
        "location-forgotten",
        "The answer to a submitted job has no Location; scripts that follow it stop.",
        (
            f"{ROUTERS}/compute.py",
            '[-        response.headers["Location"] = f"/api/jobs/{record.job_id}"\n-]',
        ),
        caught_by="fuzz: missing-headers at POST /api/compute/, found ocation",
    ),
    drift(
        "answers-cached",
        "Caches may store answers; a proxy shows a finished job as running.",
        ("quant_engine/api/middleware.py", '[-no-store-]{+max-age=5+}")'),
        caught_by="fuzz: never-cached at Cache-Control, expected no-store, found max-age=5",
    ),
)
