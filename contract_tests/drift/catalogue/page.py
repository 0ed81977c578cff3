"""The page by itself: what a figure means, how often it asks, state that sticks or runs ahead, forms, and time zones."""

from contract_tests.drift.drifts import drift

SRC = "frontend/src"
JOBS = f"{SRC}/api/queries/useJobs.ts"
MODELS = f"{SRC}/api/queries/useModels.ts"
MAIN = f"{SRC}/main.tsx"
DERIVED = f"{SRC}/format/derived.ts"
FORMATS = f"{SRC}/format/figures.ts"
COLUMNS = f"{SRC}/components/backtests/tradeColumns.ts"
SIGNALS = f"{SRC}/components/signals/SignalsTable.tsx"
CANCEL = f"{SRC}/components/jobs/CancelButton.tsx"
DATA = f"{SRC}/components/shell/DataLine.tsx"
FORM = f"{SRC}/components/forms/BacktestForm.tsx"
BACKTEST = f"{SRC}/pages/BacktestPage.tsx"
BACKTESTS = f"{SRC}/pages/BacktestsPage.tsx"
TRAINING = f"{SRC}/pages/ModelLabPage/TrainingTab.tsx"

FIGURES = (
    drift(
        "months-summed",
        "The column Whole year adds the months' returns up and no longer compounds them. The year disagrees with the equity curve beside it.",
        (
            DERIVED,
            "returns.reduce(([-growth-]{+sum+}, { return_fraction }) => ",
            "[-growth * (1 + return_fraction), 1) - 1-]{+sum + return_fraction, 0)+};",
        ),
        where="tests/derived.test.ts",
        caught_by="tests-page: assertion-error at derived.test.ts",
    ),
    drift(
        "duration-from-submission",
        "The Duration of a job includes the wait in the queue. A job that waited an hour and ran a minute shows an hour, where the list of jobs shows a minute.",
        (
            DERIVED,
            "  if (completed_at !== null) return secondsBetween([-started_at-]{+created_at ?? started_at+}, completed_at);",
        ),
        (DERIVED, "export function runSeconds({ {+created_at, +}started_at, completed_at }: Run,"),
        (DERIVED, "interface Run {\n{+  created_at?: string;\n+}"),
        where="tests/derived.test.ts",
        caught_by="tests-page: assertion-error at derived.test.ts",
    ),
    drift(
        "signal-in-another-format",
        "The table of signals rounds predictions to tenths of a percent, where the job shows hundredths.",
        (SIGNALS, '<Table.Td ta="right">{[-signedPercent-]{+percent+}(predicted_return)}'),
        (SIGNALS, "import { count, finePercent, [-ratio, signedPercent-]{+percent, ratio+} } from"),
        caught_by="wire-rules: figure-format at SignalsTable.tsx:, found Signal.predicted_return",
    ),
    drift(
        "heading-of-another-unit",
        "The heading of costs says percent; they are in basis points.",
        (COLUMNS, 'heading: "Cost, [-bps-]{+%+}"'),
        caught_by="wire-rules: label-unit at tradeColumns.ts:, found Cost, %",
    ),
    drift(
        "unit-lost-in-a-shape",
        "A shape of the page declares the cost of a fill as any number; the compiler accepts every format.",
        (
            f"{SRC}/components/autopilot/orders.ts",
            '  assumed_bps: [-ExecutionFill["cost_bps"]-]{+number+} | null;',
        ),
        caught_by="wire-rules: lost-unit at orders.ts:, found assumed_bps",
    ),
    drift(
        "digits-of-the-page-alone",
        "The page shows percentages with two digits, and the command line with one.",
        (FORMATS, "const PERCENT = number([-1-]{+2+}, "),
        caught_by="command-line: figure-differs at figure cagr",
    ),
    drift(
        "date-in-the-browser-s-zone",
        "West of Greenwich the last day of the data is shown as the evening before.",
        (DATA, "${first_date} to ${[-last_date-]{+String(new Date(last_date))+}}`"),
        caught_by="wire-rules: own-zone at DataLine.tsx:, found Date",
    ),
    drift(
        "day-as-a-time",
        "West of Greenwich a backtest's first day is shown as the evening before, with an hour.",
        (
            f"{SRC}/components/backtests/BacktestsTable.tsx",
            "{[-item.first_date-]{+clock(item.first_date)+}} to {item.last_date}",
        ),
        caught_by="wire-rules: own-zone at BacktestsTable.tsx:, found first_date",
    ),
)

BEHAVIOUR = (
    drift(
        "job-polled",
        "The page asks for each job every two seconds; the stream announces what changes.",
        (JOBS, "    queryKey: jobKey(jobId),\n{+    refetchInterval: 2000,\n+}    queryFn: async"),
        caught_by="wire-rules: asking at useJobs.ts:, found refetchInterval",
    ),
    drift(
        "stale-at-once",
        "Each screen asks again for everything whenever it is opened.",
        (MAIN, "staleTime: [-Number.POSITIVE_INFINITY-]{+0+},"),
        where="tests/asking.test.tsx",
        caught_by="tests-screens: assertion-error at asking.test.tsx > asks for each thing once, found asks again on return",
    ),
    drift(
        "asked-again-on-focus",
        "Each return to the browser's tab asks for everything on the screen.",
        (MAIN, 'refetchOnWindowFocus: [-false-]{+"always"+},'),
        where="tests/asking.test.tsx",
        caught_by="tests-screens: assertion-error at asking.test.tsx > asks for each thing once, found asks when it is looked at",
    ),
    drift(
        "cancelling-before-the-answer",
        "A button says that a job is being cancelled before the service has the request.",
        (CANCEL, '{job.cancel_requested{+ || cancel.isPending+} ? "Cancelling…"'),
        where="tests/unanswered.test.tsx",
        caught_by="tests-screens: assertion-error at unanswered.test.tsx > shows nothing that the service has not, found after Cancel",
    ),
    drift(
        "form-of-another-version",
        "The form for a training keeps what was entered for another version.",
        (TRAINING, "<FormLike[- key={version}-] version={version} />"),
        where="tests/anotherId.test.tsx",
        caught_by="tests-screens: assertion-error at anotherId.test.tsx > /models shows nothing of another address, found after /models",
    ),
    drift(
        "panel-of-another-backtest",
        "The page of a backtest keeps the errors and the new job of the backtest before.",
        (BACKTEST, "<Job[- key={job.job_id}-] job={job} />"),
        where="tests/anotherId.test.tsx",
        caught_by="tests-screens: assertion-error at anotherId.test.tsx > /backtests/$jobId shows nothing of another address, found after /backtests",
    ),
    drift(
        "answer-of-another-version",
        "The page shows the scores of one version under the name of another until those arrive.",
        (
            MODELS,
            '"version", version],\n{+    placeholderData: (previous) => previous,\n+}    queryFn',
        ),
        caught_by="wire-rules: one-writer at useModels.ts:, found placeholderData",
    ),
    drift(
        "filter-lost-with-the-cursor-on-page",
        "The second page of failed jobs has jobs with every status.",
        (JOBS, "{ ...query, ...[-filter-]{+(query.cursor === null ? filter : {})+} }"),
        where="tests/pages.test.tsx",
        caught_by="tests-screens: assertion-error at pages.test.tsx > all pages of the jobs > under each filter",
    ),
    drift(
        "one-default-of-another-request",
        "The form for a backtest begins with the years of a cycle.",
        (
            BACKTESTS,
            "          {from === undefined ? (\n            <BacktestForm initial={[-BACKTEST_REQUEST_DEFAULTS-]{+{\n",
            "              ...BACKTEST_REQUEST_DEFAULTS,\n",
            "              years: AUTOPILOT_REQUEST_DEFAULTS.years,\n            }+}} />",
        ),
        (BACKTESTS, "import { {+AUTOPILOT_REQUEST_DEFAULTS, +}BACKTEST_REQUEST_DEFAULTS } from"),
        caught_by="types-page: TS2375 at src/pages/BacktestsPage.tsx:, found AutopilotRequest",
    ),
    drift(
        "training-of-default-features",
        "Train a model in the form for backtests no longer sends the feature set of the form. After that training the backtest still finds no model.",
        (
            FORM,
            '    train.mutate({+{\n      ...+}requestLike("train", values){+,\n',
            "      feature_mode: TRAIN_REQUEST_DEFAULTS.feature_mode,\n    }+}, {",
        ),
        (FORM, "import { BACKTEST_REQUEST_FIELDS, {+TRAIN_REQUEST_DEFAULTS, +}type ValuesOf }"),
        caught_by="wire-rules: made-request at BacktestForm.tsx:",
    ),
    drift(
        "form-that-ignores-the-earlier-run",
        "The form says that it has the parameters of an earlier backtest, and has the defaults.",
        (
            BACKTESTS,
            '              initial={[-job.job_type === "backtest" ? job.params : -]BACKTEST_REQUEST_DEFAULTS}\n',
        ),
        where="tests/BacktestsPage.test.tsx",
        caught_by="tests-screens: assertion-error at BacktestsPage.test.tsx >",
    ),
)
