"""The third round, outside the kinds that the gate missed earlier."""

from contract_tests.drift.drifts import drift

OTHER = (
    drift(
        "candidates-count-trades-by-entry",
        "The figures of a candidate before the held-out quarter count the trades that began before it, and not those "
        "that ended before it. `n_trades` and `hit_rate` of the cycle's decisions include the outcomes of "
        "positions that were open at its first session: they know prices that the choice must not know.",
        (
            "quant_engine/autopilot/selection.py",
            (
                "            trades=["
                "[-trade for trade in result.trades if _ended_by(trade.exit_date, result, equity)-]"
                "{+\n                trade for trade in result.trades if _ended_by(trade.entry_date, result, equity)\n"
                "            +}],\n"
            ),
        ),
    ),
    drift(
        "end-of-an-empty-log-is-zero",
        "The end of the event log is its newest stored event, and 0 when all were pruned, as with "
        "QUANT_ENGINE_EVENTS_KEPT=0 and no open job. Then GET /api/events ends right after its first id, and a client "
        "reconnects every 2 s, gets `reset`, and fetches everything again, until the next job is submitted.",
        (
            "quant_engine/api/jobs/log.py",
            (
                "[-        # the newest event may be pruned\n-]"
                "        return LogEnd(row[0], row[1], [-max(row[1], row[2])-]{+row[2]+})"
            ),
        ),
    ),
    drift(
        "accepted-jobs-not-synced",
        "The database syncs with NORMAL, the usual advice for WAL: a submission whose 202 was sent can be gone after a "
        "power cut, and so can the end of a job that a stream has shown.",
        (
            "quant_engine/database/sqlite.py",
            (
                'SYNCHRONOUS = "[-FULL"  #: a submission whose response was sent survives a power cut-]'
                '{+NORMAL"  #: with WAL, the file stays whole after a power cut+}\n'
            ),
        ),
    ),
    drift(
        "data-path-tilde-not-expanded",
        "Only the home is expanded: QUANT_ENGINE_DATA_PATH=~/prices in a unit or env file, where no shell expands it, "
        "names a folder called ~, and the service answers 503 that the data folder does not exist.",
        (
            "quant_engine/config.py",
            '@field_validator("home", [-"data_path", -]mode="after")\n    @classmethod\n',
            "    def _absolute(cls, value: Path[- | None-]) -> Path[- | None-]:\n",
            "        return [-value and -]value.expanduser().absolute()\n",
        ),
    ),
    drift(
        "prompt-after-not-now",
        "The dialog for the token also opens for requests that the page makes by itself: who chose `Not now` and stays "
        "on the health page has it over the page again every 30 s.",
        (
            "frontend/src/components/shell/TokenPrompt.tsx",
            (
                '[-    // only a request caused by a user action reopens the dialog after "Not now"\n'
                "    if (declined && !navigator.userActivation.isActive) return Promise.resolve(null);\n-]"
            ),
        ),
    ),
    drift(
        "twelve-runs-ten-colours",
        "Twelve backtests can be compared, as a reader asked for, but the stylesheet has ten colours: the last two have "
        "an empty mark beside their names, and their lines are drawn in no colour of theirs.",
        (
            "frontend/src/pages/search.ts",
            "export const MOST_RUNS = [-10-]{+12+};",
        ),
    ),
    drift(
        "lists-are-always-changed",
        "Parameters are compared with the defaults as values and no longer as text, so that a list always differs: "
        "each training is shown with `horizons 10` in bold as not the default, and under Changed parameters.",
        (
            "frontend/src/components/jobs/parameters.ts",
            (
                "    const changed = [-value !== parameterText(defaults[name])-]"
                "{+!Object.is(params[name], defaults[name])+};"
            ),
        ),
    ),
    drift(
        "removed-run-hides-parameters",
        "Removing a run from a comparison also switches `Show all parameters` off: rows that the reader looked at "
        "disappear, and the link to share no longer has the choice.",
        (
            "frontend/src/pages/ComparePage.tsx",
            "    void navigate({ search: { [-...search, -]runs: left } });",
        ),
    ),
    drift(
        "a-name-that-leaves-revises-the-past",
        "To see whether the past was revised, the autopilot compares membership.csv as it is now, with the ends that were added after "
        "the training. As soon as one name leaves the universe, the next cycle says that prices have changed that the model was "
        "trained on, and trains and counts a new model without need.",
        (
            "quant_engine/autopilot/retraining.py",
            "[-from dataclasses import replace\n-]from datetime import date\n",
        ),
        (
            "quant_engine/autopilot/retraining.py",
            (
                "        # [-a spell that ended later had no end then, and one that began later did not exist-]"
                "{+one that began later did not exist then+}\n"
                "        membership = tuple([-\n"
                "            replace(spell, end=None) if spell.end is not None and spell.end > last else spell\n"
                "            for spell in membership\n"
                "            if spell.start <= last\n"
                "        -]{+spell for spell in membership if spell.start <= last+})\n"
            ),
        ),
    ),
    drift(
        "first-close-of-the-file-wins",
        "The column of prices is the first one of the file that is a close, and no longer the adjusted one where there are both. "
        "Files with `Close` before `Adj Close`, as Yahoo writes them, are read unadjusted: each split is a crash, in "
        "models, backtests and the paper account, without any warning.",
        (
            "quant_engine/data/files.py",
            (
                "    [-columns = {str(column).strip().lower(): column for column in frame.columns}\n"
                "    for name in names:\n"
                "        if name in columns:\n"
                "            column = frame[columns[name]]\n"
                "            if isinstance(column, pd.Series):\n"
                "                return column-]"
                "{+for label in frame.columns:\n"
                "        if str(label).strip().lower() in names:\n"
                "            column = frame[label]\n"
                "            if isinstance(column, pd.Series):\n"
                "                return column+}\n"
            ),
        ),
    ),
    drift(
        "comparison-looks-at-first-and-last-run",
        "A parameter of compared runs counts as different where the first and the last run differ. Of three runs of which only the middle one has another holding period, "
        "the row is hidden and the page says that it is the same in these runs.",
        (
            "frontend/src/components/compare/comparison.ts",
            "return { name, label, values, differs: [-new Set(values).size > 1-]{+values[0] !== values.at(-1)+} };",
        ),
    ),
    drift(
        "too-short-history-names-too-many-years",
        "The message of history_too_short names the years of all prices, including the four that the first training needs. "
        "A user who follows `Choose 32 years at most` is refused again, with the same sentence.",
        (
            "quant_engine/data/universe.py",
            (
                "        most -= 1\n[-    most -= extra_years\n    if years <= most:-]"
                "{+    if years + extra_years <= most:+}"
            ),
        ),
    ),
    drift(
        "unreadable-price-is-a-gap",
        "A price that is no plain number is read as a missing one and no longer refused, as some providers write a dash. "
        "A file with `1,234.50` is accepted without its prices above 1000: the name has a gap there, which only the health page tells of, and backtests sell it at a discount as if it had lost its price.",
        (
            "quant_engine/data/files.py",
            'values = pd.to_numeric(prices{+, errors="coerce"+}).to_numpy(dtype=np.float64)',
        ),
    ),
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
                "    statement = insert(table).values(row)\n"
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
                "        if not records:\n"
                "            return None\n"
                "        [-report = self._artifacts.read_signals(records[0].job_id)\n"
                "        if report is None:\n"
                '            raise Unavailable("The signals of the latest prediction are missing. Run it again.")\n'
                "        return report-]"
                "{+for record in records:\n"
                "            report = self._artifacts.read_signals(record.job_id)\n"
                "            if report is not None:\n"
                "                return report\n"
                '        raise Unavailable("The signals of the latest prediction are missing. Run it again.")+}\n'
            ),
        ),
    ),
    drift(
        "four-database-connections",
        "The service opens four connections to its database and no more. While another program, such as a research "
        "cycle, holds the write lock, four waiting submissions or cancels occupy them all, and every read waits "
        "behind them for up to 5 s: page, health and streams hang where they answered at once.",
        (
            "quant_engine/database/engine.py",
            "            pool_size=4,\n            max_overflow=[-12-]{+0+},\n",
        ),
    ),
    drift(
        "errors-of-the-whole-body-lose-their-reason",
        "An error that concerns no single field is left out of `fields`, as its path is empty. A request with a ticker "
        "twice, or with tickers and full_universe, is refused with `Fix the request.` and no word of what is wrong.",
        (
            "quant_engine/api/errors.py",
            (
                "        for details in error.errors()\n"
                '{+        if details["loc"] != ("body",)  # of the whole body: no field to mark\n+}'
                "    )\n    names = "
            ),
        ),
    ),
    drift(
        "one-missing-close-is-filled",
        "A single missing close is filled with the last one, as providers skip a day now and then. A name whose "
        "history has ended, or whose file is a day behind, gets one more day at an unchanged price: it is predicted "
        "and traded at a price that nobody paid, and its last date is wrong.",
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
