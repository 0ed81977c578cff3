"""The third round, in what surrounds the service: commands, packages and the page."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

PAGE: Mapping[str, tuple[Drift, ...]] = {
    "two representations": (
        drift(
            "stored-predictions-in-single-precision",
            "The file of a version's predictions stores single precision, to halve it; the fingerprint is still of the "
            "full values. A backtest reads the file while the prices are those of the training, and computes by "
            "the folds afterwards, so the same session's `predicted_return`, and entries close to the threshold, change "
            "when a bar is added.",
            (
                "quant_engine/models/predictions.py",
                "tables.append(table{+.astype(np.float32)+}.reset_index().assign(horizon=horizon))",
            ),
        ),
        drift(
            "table-of-year-starts",
            "The table under a curve has the first day of each year, which includes the first day of all, and no longer the "
            "last ones: a user who reads the table instead of the chart never finds the final equity that the sentence names.",
            (
                "frontend/src/components/charts/yearEnds.ts",
                "/** The index of the first day[-, and of the last day-] of each year. */",
            ),
            (
                "frontend/src/components/charts/yearEnds.ts",
                (
                    "[...dates.keys()].filter((day) => "
                    "[-day === 0 || year(day) !== year(day + 1)-]{+year(day) !== year(day - 1)+});"
                ),
            ),
        ),
        drift(
            "rank-ic-drawn-at-other-times",
            "The chart of rank IC leaves out the values that have no t, but not their times: every later value is drawn at "
            "an earlier time, and chart and table of the same history disagree.",
            (
                "frontend/src/components/models/IcFigure.tsx",
                (
                    '[-      { name: "Rank IC", values: snapshots.map(({ rank_ic }) => rank_ic), colour: "strategy" },\n-]'
                    "{+      {\n"
                    '        name: "Rank IC",\n'
                    "        // without a t it is a mean of too few sessions\n"
                    "        values: snapshots\n"
                    "          .filter(({ rank_ic_t }) => rank_ic_t !== null)\n"
                    "          .map(({ rank_ic }) => rank_ic),\n"
                    '        colour: "strategy",\n'
                    "      },\n+}"
                ),
            ),
        ),
        drift(
            "list-of-models-without-folds",
            "GET /api/models leaves out the folds, which are most of each manifest; GET /api/models/{version} still has them. "
            "A client of the list reads that a version has no fold and no model file.",
            (
                "quant_engine/api/services/models.py",
                (
                    "        return [-rest[:limit], more-]"
                    '{+[stored.model_copy(update={"folds": []}) for stored in rest[:limit]], more+}'
                ),
            ),
        ),
    ),
    "the command line": (
        drift(
            "commands-by-the-proxy",
            "The commands obey HTTP_PROXY and ALL_PROXY. Behind a company's proxy `quant-engine backtest` sends its "
            "requests for 127.0.0.1 to that proxy and says that the service does not answer.",
            (
                "quant_engine/cli/client.py",
                '            "timeout": 30,\n[-            "trust_env": False,\n-]',
            ),
        ),
        drift(
            "doctor-json-exits-zero",
            "`quant-engine doctor --json` returns after printing: a script that runs it gets exit status 0 also when a check "
            "is failing (without --json it is still 1).",
            (
                "quant_engine/cli/doctor.py",
                "        typer.echo(json.dumps([check.model_dump() for check in checks]))\n",
                "[-    else:\n",
                '        table = Table("check", "status", "threshold", "reason", "what to do")\n',
                "        for check in checks:\n",
                '            status = f"[{_COLOURS[check.status]}]{check.status}[/]"\n',
                '            table.add_row(check.name, status, check.threshold, check.reason, check.action or "")\n',
                "        Console().print(table)\n-]",
                "{+        return\n",
                '    table = Table("check", "status", "threshold", "reason", "what to do")\n',
                "    for check in checks:\n",
                '        status = f"[{_COLOURS[check.status]}]{check.status}[/]"\n',
                '        table.add_row(check.name, status, check.threshold, check.reason, check.action or "")\n',
                "    Console().print(table)\n+}",
                '    raise typer.Exit(1 if any(check.status == "failing"',
            ),
        ),
        drift(
            "lists-on-the-command-line-keep-their-spaces",
            'Items of a list option keep the spaces around them: `quant-engine backtest --tickers "AAPL, MSFT"` is refused because of '
            'tickers.1, where it ran. (`--horizons "5, 21"` still works, as int() strips.)',
            (
                "quant_engine/cli/options.py",
                '[element(item[-.strip()-]) for item in value.split(",") if item.strip()]',
            ),
        ),
    ),
    "an unseen import": (
        drift(
            "data-described-in-isolation",
            "The process that describes the data runs in Python's isolated mode. Where the package was installed with "
            "pip --user or is found by PYTHONPATH it does not find itself, and no job can be submitted.",
            (
                "quant_engine/api/services/data_catalog.py",
                (
                    "        sys.executable,\n"
                    '        *([-"-m", "quant_engine.data.describe"-]'
                    '{+"-I", "-m", "quant_engine.data.describe"+}),\n'
                ),
            ),
        ),
        drift(
            "job-functions-resolved-in-the-service",
            "At its start the service resolves the function of each job type, so that a wrong name fails at once. That imports pandas, "
            "scikit-learn and LightGBM by name into the service itself: `serve`, and each command that runs its own service, is "
            "ready seconds later, and the service keeps some 200 MB more memory.",
            (
                "quant_engine/api/jobs/local.py",
                ("    Progress,\n    Raised,\n{+    resolve,\n+})\n"),
            ),
            (
                "quant_engine/api/jobs/local.py",
                (
                    "        self._store, self._notifier = store, notifier\n"
                    "{+        # a function that does not exist is an error of the start and not of each job\n"
                    "        for spec in self._job_types.values():\n"
                    "            resolve(spec.function)\n+}"
                ),
            ),
        ),
    ),
    "packaging": (
        drift(
            "sdist-without-the-page",
            "The page goes into wheels only and no longer into sdists: a wheel that is built from the sdist, as pip and "
            "`python -m build` do, has no page and shows `The page is not built`.",
            (
                "hatch_build.py",
                '{+        is_source = version == "editable" or self.target_name == "sdist"\n+}',
                '        if [-version == "editable"-]{+is_source+} or Path(self.root, shipped).is_dir():\n',
            ),
        ),
        drift(
            "wheel-has-index-and-assets-only",
            "The hook puts index.html and assets/ of the built page into the wheel, and not the whole folder with what else the build leaves there. "
            "Who installs the wheel gets 404 at /docs, and no icon; in a checkout both still work.",
            (
                "hatch_build.py",
                (
                    '[-            build_data["force_include"][str(built)] = str(shipped)-]'
                    '{+            for part in ("index.html", "assets"):\n'
                    '                build_data["force_include"][str(built / part)] = str(shipped / part)+}'
                ),
            ),
        ),
    ),
    "the meaning of a figure": (
        drift(
            "invested-of-initial-cash",
            "The percentage beside Invested in the paper account is of the initial cash and no longer of the equity: an "
            "account that has doubled shows 150.0% where three quarters are invested.",
            (
                "frontend/src/format/derived.ts",
                (
                    'export function investedShare({ invested, [-equity-]{+initial_cash+} }: PaperAccount): Figure<"fraction"> {\n'
                    "  return invested / [-equity-]{+initial_cash+};\n"
                ),
            ),
        ),
        drift(
            "importance-of-the-largest",
            "The column Share of a version's features shows what the bar shows, the importance relative to the largest "
            "one, and no longer the share of all: the first feature reads 100.0% and the column adds up to far more.",
            (
                "frontend/src/components/models/HorizonScores.tsx",
                '<Table.Td ta="right">{percent([-one.importance-]{+shareOf(one.importance)+})}</Table.Td>',
            ),
        ),
        drift(
            "whole-shares",
            "Shares are shown as whole numbers, as a broker shows them, but the service buys fractions: a reader of trades "
            "or positions finds 0 shares of an expensive name, and shares times price is no longer the value.",
            (
                "frontend/src/format/figures.ts",
                'export const shares = formatted<Figure<"shares">>([-RATIO-]{+COUNT+});',
            ),
        ),
        drift(
            "usual-disagreement-is-one-level-line",
            "In the chart of disagreements the line Usual is level at the newest snapshot's value, as the line No skill of the chart beside it is. "
            "A day that was twice its usual then looks ordinary; the table under the chart still has each day's own value.",
            (
                "frontend/src/components/models/DisagreementFigure.tsx",
                (
                    "values: snapshots.map([-({ usual_disagreement }) => usual_disagreement),-]"
                    "{+() => snapshots.at(-1)?.usual_disagreement ?? null),+}"
                ),
            ),
        ),
    ),
    "how often the page asks": (
        drift(
            "server-errors-retried-in-silence",
            "An answer with a 500 or 503 is retried three times like a lost connection before the page shows it: the reader "
            "looks at an empty placeholder for seven seconds, and a service in trouble gets four requests for each one.",
            (
                "frontend/src/main.tsx",
                (
                    "      // [-an error of the service is final; a lost connection is retried-]"
                    "{+a refusal is final; a lost connection and a failure of the service are retried+}\n"
                    "      retry: (failures, error) =>"
                    "[- failures < 3 && !(error instanceof ApiError),-]"
                    "{+\n        failures < 3 && !(error instanceof ApiError && error.status < 500),+}\n"
                ),
            ),
        ),
        drift(
            "health-asked-in-the-background",
            "The health of the service is polled in hidden tabs too, so that it is right when one comes back to them: a tab "
            "that was left open runs all health checks every 30 s day and night.",
            (
                "frontend/src/api/queries/useSystemHealth.ts",
                "    refetchInterval: HEALTH_MS,\n{+    refetchIntervalInBackground: true,\n+}",
            ),
        ),
        drift(
            "stream-watchdog-as-long-as-a-ping",
            "The page gives a stream up after 10 s without a byte, as long as the service takes for a ping. A ping that comes a moment later finds it closed: "
            "an idle page reconnects every 10 s, says Reconnecting for a moment, and each time fetches everything that it shows again.",
            (
                "frontend/src/api/stream.ts",
                (
                    "the service pings every [-15 s. */\nexport const WATCHDOG_MS = 45_000;-]"
                    "{+10 s. */\nexport const WATCHDOG_MS = 10_000;+}"
                ),
            ),
        ),
    ),
    "state that sticks or runs ahead": (
        drift(
            "submitted-before-the-answer",
            "The form for predictions says `Submitted. The prediction is first in the list.` as soon as the button is "
            "pressed. While the service does not answer, or asks for a token, nothing is in the list.",
            (
                "frontend/src/components/signals/SignalControls.tsx",
                (
                    "            {[-predict.isSuccess &&-]{+(predict.isPending || predict.isSuccess) &&\n             +}"
                    ' "Submitted. The prediction is first in the list."}\n'
                ),
            ),
        ),
        drift(
            "badge-counts-from-the-first-interruption",
            "The time since which the stream is lost is no longer forgotten when it is live again. At the second interruption of a tab, however short, "
            "the badge says Stale at once and that the connection was lost hours ago, when the first one began.",
            (
                "frontend/src/api/stream.ts",
                "  const { from = null, contract{+, onState+} } = options;",
            ),
            (
                "frontend/src/api/stream.ts",
                (
                    "  let since: number | null = null;\n"
                    "[-  const onState = (state: StreamState): void => {\n"
                    '    if (state.name === "live") since = null;\n'
                    "    options.onState(state);\n"
                    "  };\n-]"
                    '  onState({ name: "connecting" });'
                ),
            ),
            (
                "frontend/src/api/stream.ts",
                "if (await readOnce([-{ ...options, onState }-]{+options+}, progress)) {",
            ),
        ),
    ),
    "defaults of another form": (
        drift(
            "tab-training-takes-the-version",
            "The tab Training of the model lab fills its form with the version that the reader looked at before and no "
            "longer with the defaults; only the link `Train again with changes` was to do that.",
            (
                "frontend/src/pages/ModelLabPage/ModelLabPage.tsx",
                (
                    '[-    // only the link "Train again with changes" fills the form with a version\'s parameters\n-]'
                    "    void navigate({\n"
                    "      search: ({ version }) => ({\n"
                    "        tab: next,\n"
                    '        ...(version === undefined[- || next === "training"-] ? {} : { version }),\n'
                ),
            ),
        ),
        drift(
            "cycle-like-the-latest",
            "The form for a research cycle begins with the parameters of the latest cycle where that was read already. After "
            "a trial over 3 years, a user who comes back to the page and runs a cycle gets 3 years instead of 15.",
            (
                "frontend/src/components/forms/CycleForm.tsx",
                (
                    'import { Button } from "@mantine/core";\n'
                    '{+import { useLatestCycle } from "../../api/queries/useAutopilot.ts";\n+}'
                    "import { useSubmit }"
                ),
            ),
            (
                "frontend/src/components/forms/CycleForm.tsx",
                (
                    "export function CycleForm() {\n"
                    "[-  const state = useContractForm<CycleValues>(AUTOPILOT_REQUEST_FIELDS, AUTOPILOT_REQUEST_DEFAULTS);\n-]"
                    "{+  const { data: latest } = useLatestCycle();\n"
                    "  const state = useContractForm<CycleValues>(\n"
                    "    AUTOPILOT_REQUEST_FIELDS,\n"
                    "    latest?.params ?? AUTOPILOT_REQUEST_DEFAULTS,\n"
                    "  );\n+}"
                ),
            ),
        ),
        drift(
            "train-again-fills-in-the-names",
            "`Train again with changes` fills the field for names with those that the version was trained on, so that one of them can be removed. "
            "Behind a version of the core list the form has a fixed list, which no longer follows core.txt; behind one of the full universe the service refuses the form as it is.",
            (
                "frontend/src/pages/ModelLabPage/TrainingTab.tsx",
                "{({ params{+, tickers+} }) => (",
            ),
            (
                "frontend/src/pages/ModelLabPage/TrainingTab.tsx",
                "<TrainForm initial={[-params-]{+{ ...params, tickers }+}} />",
            ),
        ),
    ),
}
