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
)
