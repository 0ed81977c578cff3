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
            "+}def _frame(row: RowMapping, identity: str | int) -> LoggedFrame:",
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
        (
            "quant_engine/api/services/backtests.py",
            "        yield [-text-]{+file+}.getvalue()\n",
            "        [-text-]{+file+}.seek(0)\n",
            "        [-text-]{+file+}.truncate()\n",
        ),
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
            "  return {\n{+    reset: () => void refreshJobs(client),\n+}    position: ",
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
    drift(
        "backtest-method-inlined",
        "The loop over the sessions names the value of the portfolio once.",
        (
            "quant_engine/backtest/engine.py",
            "        cash[number], invested[number], traded[number] = book.cash, [-book.value-]{+value+}, fills.traded\n",
            "        equity = book.cash + [-book.value-]{+value+}\n",
        ),
        (
            "quant_engine/backtest/engine.py",
            "        fills = fill_session(book, breaker, rules, session)\n{+        value = book.value\n+}",
        ),
    ),
    drift(
        "registry-loop-unrolled",
        "The registry filters names before it sorts them.",
        (
            "quant_engine/models/registry.py",
            "            names = [-sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())-]",
            "{+[entry.name for entry in self.root.iterdir() if entry.is_dir()]+}",
        ),
        (
            "quant_engine/models/registry.py",
            "        versions = [-[name for name in names if _VERSION.fullmatch(name)]-]",
            "{+sorted(filter(_VERSION.fullmatch, names))+}",
        ),
    ),
    drift(
        "filters-in-a-list",
        "The SQL of a page collects its conditions first.",
        (
            "quant_engine/api/jobs/rows.py",
            "        [-query = select(jobs).order_by(jobs.c.position.desc()).limit(limit + 1)-]",
            "{+conditions = []+}\n        if status is not None:\n",
            "            [-query = query.where(jobs.c.status == status)-]",
            "{+conditions.append(jobs.c.status == status)+}\n        if job_type is not None:\n",
            "            [-query = query.where(jobs.c.job_type == job_type)-]",
            "{+conditions.append(jobs.c.job_type == job_type)+}\n        if before is not None:\n",
            "            [-query = query.where(jobs.c.position < before)-]",
            "{+conditions.append(jobs.c.position < before)\n",
            "        query = select(jobs).where(*conditions).order_by(jobs.c.position.desc()).limit(limit + 1)+}\n",
        ),
    ),
    drift(
        "newest-prediction-from-a-loop",
        "The service looks for the newest prediction in a loop.",
        (
            "quant_engine/api/services/signals.py",
            "[-        return next((record for record in records if isinstance(record, PredictJob)), None)\n-]",
            "{+        for record in records:\n            if isinstance(record, PredictJob):\n",
            "                return record\n        return None\n+}",
        ),
    ),
    drift(
        "route-in-two-statements",
        "A route names its answer before it returns it.",
        (
            "quant_engine/api/routers/signals.py",
            "    [-return ApiResponse.success(await signals.latest())-]",
            "{+report = await signals.latest()\n    return ApiResponse.success(report)+}",
        ),
    ),
    drift(
        "causes-from-a-loop",
        "The causes to replace a version are collected by a loop.",
        (
            "quant_engine/autopilot/retraining.py",
            "    return [-[cause for cause, is_true in holds.items() if is_true]-]",
            "{+list(filter(holds.__getitem__, holds))+}",
        ),
    ),
    drift(
        "tracker-query-in-one-expression",
        "A tracker reads its newest rows in one expression.",
        (
            "quant_engine/tracking/history.py",
            "    [-newest-]{+query+} = select(table).order_by(table.c.position.desc()).limit(limit)\n",
            "    return read_rows(connection.execute([-newest-]{+query+}), model, table)[::-1]",
        ),
    ),
    drift(
        "library-upgraded",
        "A later version of a library is admitted.",
        ("pyproject.toml", '"rich>=14,<[-16-]{+17+}",'),
        ("uv.lock", '{ name = "rich", specifier = ">=14,<[-16-]{+17+}" },'),
    ),
    drift(
        "page-screen-added",
        "A new screen shows the data that the service has, and the tests of all screens list it.",
        (
            "frontend/src/pages/DataPage.tsx",
            "{+/** The data of the service. */\n",
            'import { Stack, Title } from "@mantine/core";\n',
            'import { DataPanel } from "../components/health/DataPanel.tsx";\n\n',
            "export function DataPage() {\n  return (\n    <Stack>\n",
            '      <Title order={1} size="h3">\n        Data\n      </Title>\n',
            "      <DataPanel />\n    </Stack>\n  );\n}\n+}",
        ),
        (
            "frontend/src/router.tsx",
            "{+const data = createRoute({\n  getParentRoute: () => root,\n",
            '  path: "/data",\n',
            '  component: lazyRouteComponent(() => import("./pages/DataPage.tsx"), "DataPage"),\n});\n\n',
            "+}const routes = root.addChildren([\n{+  data,\n+}  home,",
        ),
        (
            "frontend/src/components/shell/Navigation.tsx",
            '  ["/health", "Health"],\n{+  ["/data", "Data"],\n+}',
        ),
        ("frontend/tests/screens.ts", '  "/health": ["/health"],\n{+  "/data": ["/data"],\n+}'),
        (
            "frontend/tests/Layout.test.tsx",
            '  const places = [-["backtests", "compare", "jobs", "models", "signals", "autopilot", "health"]-]',
            '{+[\n    "backtests",\n    "compare",\n    "jobs",\n    "models",\n    "signals",\n    "autopilot",\n    "health",\n    "data",\n  ]+};',
        ),
    ),
    drift(
        "page-component-moved",
        "A component that shows one fact has a file of its own.",
        (
            "frontend/src/components/health/NoModel.tsx",
            "{+/** What stands in place of a model that is absent. */\n",
            'import { Empty } from "../answers/Empty.tsx";\n\n',
            "export function NoModel() {\n",
            '  return <Empty what="There is no model yet">Train one: every backtest and signal needs it.</Empty>;\n}\n+}',
        ),
        (
            "frontend/src/components/health/ModelPanel.tsx",
            "[-function NoModel() {\n",
            '  return <Empty what="There is no model yet">Train one: every backtest and signal needs it.</Empty>;\n}\n\n-]',
            "function Age(",
        ),
        (
            "frontend/src/components/health/ModelPanel.tsx",
            '[-import { Empty } from "../answers/Empty.tsx";\n-]import { Facts } from',
        ),
        (
            "frontend/src/components/health/ModelPanel.tsx",
            'import { VersionLink } from "../models/VersionLink.tsx";\n',
            '{+import { NoModel } from "./NoModel.tsx";\n+}',
        ),
    ),
)
