"""The third round, rows like those of `round_3_later`, outside the kinds."""

from contract_tests.drift.drifts import drift

LATER_OTHER = (
    drift(
        "prices-kept-in-job-process",
        "A job process keeps the prices that it has loaded, so that the next job starts faster. After new prices are put "
        "into the folder, data-mode and health show the new last bar, but backtests, predictions and cycles still end at "
        "the old one until the service restarts.",
        (
            "quant_engine/data/source.py",
            "from datetime import date\n{+from functools import cache\n+}from typing import Protocol",
        ),
        (
            "quant_engine/data/source.py",
            "{+@cache\n+}def open_source(workspace: Workspace) -> Source:",
        ),
    ),
    drift(
        "tracker-keeps-first-row",
        "A tracker keeps the first snapshot of a version, horizon and day and no longer the newest. A second cycle on the "
        "same last bar, after prices were corrected, decides by a rank IC that ic-history, its chart and the health checks "
        "never get.",
        (
            "quant_engine/tracking/history.py",
            '    """Write a row, [-in place of-]{+unless there is+} one with the same key, and delete',
        ),
        (
            "quant_engine/tracking/history.py",
            (
                "[-    rest = {name: value for name, value in row.items() if name not in key}\n-]"
                "    statement = insert(connection, table).values(row)\n"
                "    connection.execute(statement.[-on_conflict_do_update(index_elements=key, set_=rest)-]"
                "{+on_conflict_do_nothing(index_elements=key)+})"
            ),
        ),
    ),
    drift(
        "missed-sessions-without-held",
        "The sessions that a paper account missed are traded with the names of the cycle's universe only. A cycle on the "
        "core list that changes the strategy sells what the account still holds of the full universe as names that lost "
        "their price, at 30% below it, although the prices are there.",
        (
            "quant_engine/autopilot/trading.py",
            "missed = _part([-_with_held(predict(before), account, source)-]{+predict(before)+}, slice(None, -1))",
        ),
    ),
    drift(
        "empty-variable-is-a-value",
        "An empty variable counts as set. Where a unit or compose file passes QUANT_ENGINE_HOME= on empty, the service "
        "takes its working directory as home, starts without any job or model, and makes that folder private; "
        "QUANT_ENGINE_DATA_PATH= reads prices from there, and QUANT_ENGINE_PORT= is refused.",
        (
            "quant_engine/config.py",
            'env_prefix="QUANT_ENGINE_", [-env_ignore_empty=True, -]frozen=True',
        ),
    ),
    drift(
        "older-signals-for-missing-ones",
        "Where the file of the newest prediction is missing, GET /api/signals/latest answers 200 with the prediction "
        "before it and not 503. The page Signals shows old predictions as the latest ones, and nothing says that a file is lost.",
        (
            "quant_engine/api/services/signals.py",
            (
                "status=JobStatus.SUCCEEDED, job_type=JobType.PREDICT, limit=[-1-]{+10+}, before=None\n"
                "        )\n"
                "        return next((record for record in records if isinstance(record, PredictJob)"
                "{+ and self._artifacts.read_signals(record.job_id) is not None+}), None)"
            ),
        ),
    ),
    drift(
        "errors-of-the-whole-body-lose-their-reason",
        "An error that concerns no single field is left out of `fields`, as its path is empty. A request with a ticker "
        "twice, or with tickers and full_universe, is refused with `Fix the request.` and no word of what is wrong.",
        (
            "quant_engine/api/errors.py",
            (
                "        for details in found[:MOST_FIELDS]\n"
                '{+        if details["loc"] != ("body",)  # of the whole body: no field to mark\n+}'
                "    )\n    names = "
            ),
        ),
    ),
    drift(
        "one-missing-close-is-filled",
        "A single missing close is filled with the last one, as providers skip a day now and then. A name whose "
        "history has ended, or whose file is a day behind, gets one more day at an unchanged price: it is predicted "
        "and traded at a price of no trade, and its last date is wrong.",
        (
            "quant_engine/data/checks.py",
            "    {+# providers leave a session out now and then\n    +}closes = pd.DataFrame(checked).sort_index(){+.ffill(limit=1)+}\n",
        ),
    ),
    drift(
        "page-equity-log-scale",
        "The equity chart has a logarithmic scale, as equity grows by factors, and the drawdown below takes it over. A fall of 2% is drawn seven tenths as deep as one of 40%: every backtest seems to be under water all the time.",
        (
            "frontend/src/components/charts/EquityChart.tsx",
            "  LineStyle,\n{+  PriceScaleMode,\n+}  type SeriesMarker,",
        ),
        (
            "frontend/src/components/charts/EquityChart.tsx",
            (
                "    {+// equal growth has equal height, early and late in a long history\n    +}"
                "rightPriceScale: { borderVisible: false{+, mode: PriceScaleMode.Logarithmic+} },"
            ),
        ),
    ),
    drift(
        "page-fraction-two-decimals",
        "Number fields take two decimals, like their step of 0.01, and drop further digits while they are typed. Whoever types an entry threshold of 0.0025 has 0.00, which is valid, and the backtest runs with the threshold 0.",
        (
            "frontend/src/components/forms/ContractField.tsx",
            '          allowDecimal={contract.type === "number"}\n{+          decimalScale={2}\n+}          step=',
        ),
    ),
    drift(
        "page-cycles-three-newest",
        "The autopilot page lists the three newest cycles, and no longer every one that is queued or running besides. Cycles run in the order of submission, so with four of them open the running one is not shown and cannot be cancelled there, and its decisions do not appear as they are made.",
        (
            "frontend/src/components/autopilot/RecentCycles.tsx",
            (
                "/** The [-research cycles that are queued or running, live, and the last finished ones-]{+latest research cycles, live+}. */\n"
                'import { Group, Stack, Text } from "@mantine/core";\n'
                'import { useJob, useJobIds } from "../../api/queries/useJobs.ts";\n'
                'import { clock } from "../../format/figures.ts";\n'
                'import { useNewDecisions } from "../../hooks/useNewDecisions.ts";\n'
                "import [-{ isFinal, type JobRecord }-]{+type { JobRecord }+} from"
            ),
        ),
        (
            "frontend/src/components/autopilot/RecentCycles.tsx",
            "/** Number of [-finished -]cycles shown. */",
        ),
        (
            "frontend/src/components/autopilot/RecentCycles.tsx",
            (
                "            {ids{+.slice(0, SHOWN)+}.map(([-id, index-]{+id+}) => (\n"
                "              <CycleRow key={id} jobId={id} [-always={index < SHOWN} -]/>\n"
                "            ))}\n"
                "          </Stack>\n"
                "        )\n"
                "      }\n"
                "    </Answer>\n"
                "  );\n"
                "}\n"
                "\n"
                "function CycleRow({ jobId[-, always-] }: { jobId: string[-; always: boolean-] }) {\n"
                "  const { data: job } = useJob(jobId);\n"
                "  return job === undefined[- || !(always || !isFinal(job))-] ? null"
            ),
        ),
    ),
    drift(
        "page-pager-only-working-buttons",
        "The pager renders only the buttons that work, where it disabled the others. At the end of a table Next and Last are gone: a keyboard user who pressed Next starts again at the top of the page, and First and Previous take their places, so that one more click turns back.",
        (
            "frontend/src/components/answers/Pager.tsx",
            (
                "        [-{turns.map(([name, to, works]) => (\n"
                "          <Button\n"
                "            key={name}\n"
                '            size="compact-sm"\n'
                '            variant="default"\n'
                "            disabled={!works || busy}\n"
                "            onClick={() => onTurn(to)}\n"
                "          >\n"
                "            {name}\n"
                "          </Button>\n"
                "        ))}-]"
                "{+{turns\n"
                "          .filter(([, , works]) => works)\n"
                "          .map(([name, to]) => (\n"
                "            <Button\n"
                "              key={name}\n"
                '              size="compact-sm"\n'
                '              variant="default"\n'
                "              disabled={busy}\n"
                "              onClick={() => onTurn(to)}\n"
                "            >\n"
                "              {name}\n"
                "            </Button>\n"
                "          ))}+}\n"
            ),
        ),
    ),
    drift(
        "page-reconnect-only-failed",
        "After an interruption the page reads again only what failed meanwhile, as the stream resumes exactly. What changes without a job's event does not: after a restart with new prices, banner, data line and the model's age still show the old data until the page is reloaded, and after a `reset` so do models, signals and backtests.",
        (
            "frontend/src/hooks/useJobProgress.ts",
            (
                " * the stream is missing in both. A later connection resumes exactly or sends `reset`[-, and refetches all queries\n"
                " * that are not about jobs: they may have changed, or failed, while the service was unreachable-].\n"
                " */"
            ),
        ),
        (
            "frontend/src/hooks/useJobProgress.ts",
            (
                "    if (first) void refreshJobs(client);\n"
                '[-    else void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });\n'
                "    // jobs-]{+    // queries+} that failed to be read while the service was unreachable\n"
                "    void client.invalidateQueries({\n"
                '      predicate: ({ [-queryKey, -]state }) => [-queryKey[0] === "jobs" && -]state.status === "error",'
            ),
        ),
    ),
    drift(
        "page-duration-sixty-minutes",
        "Durations from an hour on are rounded to the nearest minute and no longer cut off, but their hours are still cut off. A training of 1:59:40 took `1 h 60 min`.",
        (
            "frontend/src/format/figures.ts",
            "${pad(Math.[-floor-]{+round+}((whole % 3600) / 60))} min`;",
        ),
    ),
)
