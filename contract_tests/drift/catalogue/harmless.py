"""Ten changes that are no drift: a gate that reports one of them gives a false alarm."""

from contract_tests.drift.drifts import drift

HARMLESS = (
    drift(
        "comment-added",
        "A comment says why the log is read first.",
        (
            "quant_engine/api/services/jobs.py",
            "{+        # what is read here is what a GET would answer\n",
            "+}        record = await self._store.get(job_id)\n        data =",
        ),
    ),
    drift(
        "docstring-reworded",
        "The docstring of a method is reworded.",
        (
            "quant_engine/api/jobs/store.py",
            '        """Log [-the progress of an attempt; it never decreases-]{+how far an attempt has come; what is less than before changes nothing+}."""',
        ),
    ),
    drift(
        "keys-reordered",
        "The rows of the table of statuses are in another order.",
        (
            "quant_engine/api/errors.py",
            "[-    ErrorCode.BAD_REQUEST: 400,\n-]    ErrorCode.UNAUTHORIZED: 401,\n",
            "    ErrorCode.BAD_ORIGIN: 403,\n{+    ErrorCode.BAD_REQUEST: 400,\n+}",
        ),
    ),
    drift(
        "function-extracted",
        "A new function computes where a reader resumes.",
        (
            "quant_engine/api/jobs/log.py",
            '[-        ended = last["event"] in TERMINAL_EVENTS\n',
            '-]        return JobEvents(frames, last["revision"], [-last["record"] if ended else None)-]{+_final(last))+}',
        ),
        (
            "quant_engine/api/jobs/log.py",
            "{+def _final(row: RowMapping) -> str | None:\n",
            '    return str(row["record"]) if row["event"] in TERMINAL_EVENTS else None\n\n\n',
            "+}def _frame(row: RowMapping, identity: str | int) -> bytes:",
        ),
    ),
    drift(
        "local-name-renamed",
        "A variable has a better name.",
        (
            "quant_engine/api/services/backtests.py",
            "    [-text-]{+file+} = io.StringIO()\n",
            "    writer = csv.DictWriter([-text-]{+file+}, fieldnames=list(Trade.model_fields))\n",
        ),
        ("quant_engine/api/services/backtests.py", "    return [-text-]{+file+}.getvalue()"),
    ),
    drift(
        "test-added",
        "There is one more test.",
        (
            "tests/api/test_signals.py",
            "{+async def test_none_yet_is_no_error(client: httpx.AsyncClient) -> None:\n",
            '    assert (await client.get("/api/signals/latest")).status_code == 200\n\n\n',
            "+}async def test_none_yet_is_null(",
        ),
    ),
    drift(
        "event-encoded-otherwise",
        "A frame is joined from its lines; its bytes are the same.",
        (
            "quant_engine/api/schemas/events.py",
            '    [-return f"id: {id}\\nevent: {event}\\ndata: {data}\\n\\n"-]{+lines = (f"id: {id}", f"event: {event}", f"data: {data}")\n',
            '    return ("\\n".join(lines) + "\\n\\n")+}.encode()',
        ),
    ),
    drift(
        "page-comment-added",
        "A comment says why the path's values are escaped.",
        (
            "frontend/src/api/client.ts",
            "{+  // a version or an id comes from elsewhere\n",
            "+}  const values = new Map(Object.entries(params ?? {}));",
        ),
    ),
    drift(
        "page-handlers-reordered",
        "The handlers are in another order.",
        (
            "frontend/src/hooks/useJobProgress.ts",
            "  return {\n{+    reset: () => void refreshJobs(client),\n+}    status: ",
        ),
        (
            "frontend/src/hooks/useJobProgress.ts",
            "[-    reset: () => void refreshJobs(client),\n-]  };\n}",
        ),
    ),
    drift(
        "page-function-renamed",
        "A function inside a module has a better name.",
        ("frontend/src/api/queries/pages.ts", "    select: [-allItems-]{+itemsOf+},\n"),
        ("frontend/src/api/queries/pages.ts", "function [-allItems-]{+itemsOf+}<Item>("),
    ),
)
