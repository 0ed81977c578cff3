"""The first round, outside the kinds that the gate missed earlier: one row in three."""

from contract_tests.drift.drifts import drift

OTHER = (
    drift(
        "signals-of-former-members",
        "The latest signals of a point-in-time version include names that have left the universe. A backtest of the same version never trades them.",
        (
            "quant_engine/pipeline.py",
            "            [-_members_only(manifest, source, now.mean)-]{+now.mean+}.iloc[-1],\n",
        ),
    ),
    drift(
        "end-wakes-one-job-only",
        "The end of a job wakes the readers of that job only. On the stream of all jobs, which the page follows, a finished job seems to run for up to 15 seconds more.",
        (
            "quant_engine/api/jobs/store.py",
            "            await _leave_running(rows, claim.job_id, claim.attempt, transition, **values)\n",
            "        self._[-notify-]{+notifier.notify+}(claim.job_id)\n",
        ),
    ),
    drift(
        "disagreement-of-a-sample",
        "Disagreement is the standard deviation of a sample, 22% higher than before. New signals look less certain than the stored ones beside them.",
        (
            "quant_engine/models/ensemble.py",
            "return predicted.mean(axis=0), predicted.std(axis=0{+, ddof=1+})",
        ),
    ),
    drift(
        "volatility-target-sees-today",
        "The size of an entry uses the market's move of the same close at which it is bought. The backtest looks one day ahead and shows smaller drawdowns.",
        (
            "quant_engine/backtest/risk.py",
            "    # returns[i] is known at the close of session i + 1[-, so session i + 2 is the first to use it-].\n",
            "    windows = np.lib.stride_tricks.sliding_window_view(returns[-[:-1]-], VOLATILITY_SESSIONS)\n",
        ),
        (
            "quant_engine/backtest/risk.py",
            "    scale[VOLATILITY_SESSIONS[- + 1 -]:] = np.where(",
        ),
    ),
    drift(
        "annualised-feature",
        "The volatility features are annualised. Versions that were trained earlier get figures 16 times as large, and their predictions are wrong without any error.",
        (
            "quant_engine/features/sets.py",
            '    """Standard deviation of daily log returns over some sessions, per [-day-]{+year+}."""\n',
            "    return lambda closes: {+(\n        np.sqrt(252) * +}_rolling(_log_returns(closes), sessions, ",
            "lambda w: w.std(axis=-1, ddof=1)){+\n    )+}",
        ),
    ),
    drift(
        "running-jobs-fill-the-queue",
        "Running jobs count as waiting ones when the queue is full. With a limit of one, nothing can be queued behind a running job, while health reports 0 of 1 jobs.",
        (
            "quant_engine/api/jobs/store.py",
            "if await rows.count(JobStatus.QUEUED{+, JobStatus.RUNNING+}) >= self._max_queued:",
        ),
    ),
    drift(
        "stopping-counts-as-a-crash",
        "A job that an orderly stop interrupts is treated as if its process had crashed. After the third restart it fails and does not return to the queue.",
        (
            "quant_engine/api/jobs/local.py",
            "self._store.release(claim, lost=[-False-]{+attempt.has_begun+}), STOP_SECONDS)\n            raise\n",
        ),
    ),
    drift(
        "wrong-ticker-by-sorted-row",
        "The error for an unknown ticker names its place among the sorted tickers and not in the request. A form marks another ticker, which exists.",
        (
            "quant_engine/data/universe.py",
            "    {+wanted = sorted(tickers or ())\n    +}",
            "unknown = [(row, name) for row, name in enumerate([-tickers or ()-]{+wanted+}) if name not in available]",
        ),
    ),
    drift(
        "find-a-name-by-case",
        "Find a name in the predictions no longer ignores case. A user who types `aapl` gets an empty table.",
        (
            "frontend/src/components/signals/SignalsTable.tsx",
            "const part = filter.trim()[-.toUpperCase()-];",
        ),
    ),
    drift(
        "no-banner-without-data",
        "Where the data cannot be read, the banner on every page is missing. The page looks as if there were nothing to warn of.",
        (
            "frontend/src/components/shell/DataBanner.tsx",
            "const { data[-, error-] } = useDataMode();\n  if (data === undefined) [-{\n    return error === null ? ",
            "null : <Banner>The data could not be read</Banner>;\n  }-]{+return null;+}",
        ),
    ),
    drift(
        "requeued-says-waiting",
        "A job that went back to the queue after its first attempt says `Waiting in the queue`, as if it had never started.",
        (
            "frontend/src/components/jobs/JobProgress.tsx",
            'return job.attempt > [-0-]{+1+} ? "Back in the queue"',
        ),
    ),
    drift(
        "index-read-at-start",
        "The service reads the page's index.html once, at its start. After a new build the page is blank until the service restarts.",
        (
            "quant_engine/api/page.py",
            "import secrets\n[-from contextlib import suppress\n-]from email.utils import parsedate\n",
        ),
        (
            "quant_engine/api/page.py",
            "    root = _root()\n",
            '{+    built = None if root is None else (root / "index.html").read_text(encoding="utf-8")\n+}',
            "    routes = APIRouter(include_in_schema=False)",
        ),
        (
            "quant_engine/api/page.py",
            "        return _index([-root-]{+built+})\n",
            "\n",
            "    return routes\n",
            "\n\n",
            "def _index([-root: Path-]{+built: str+} | None) -> Response:\n",
            "    nonce = secrets.token_urlsafe(16)\n",
            "    html = _MISSING[-\n",
            "    if root is not None:\n",
            "        # a build removes the file for a moment\n",
            "        with suppress(FileNotFoundError):\n",
            '            html = (root / "index.html").read_text(encoding="utf-8").replace(_NONCE, nonce)-]',
            "{+ if built is None else built.replace(_NONCE, nonce)+}\n",
        ),
    ),
    drift(
        "luck-of-this-cycle-only",
        "A cycle judges its candidates against the luck of its own trials and no longer of all cycles' trials. Rules that are chance pass as skill.",
        (
            "quant_engine/autopilot/selection.py",
            "judged = judge(trials, [-n_trials-]{+len(trials)+})",
        ),
    ),
    drift(
        "new-version-changes-rules",
        "A cycle that retrains replaces the rules in force, even where they are accepted with the new version. The paper account changes its rules with each training.",
        (
            "quant_engine/autopilot/promotion.py",
            "best = [-(held or accepted)-]{+accepted+}[0]",
        ),
    ),
    drift(
        "contract-always-wants-token",
        "The contract declares that every operation needs a token, also for a service that has none. A generated client cannot be created without one.",
        (
            "quant_engine/api/export.py",
            "[-    # an empty requirement: without a token in the settings, the service requires none\n-]",
            '    contract["security"] = [[-{}, -]{"bearer": []}]',
        ),
    ),
)
