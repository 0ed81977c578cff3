"""Drifts that were unseen in the first round and led to a change of the gate."""

from contract_tests.drift.drifts import drift

FIRST_ROUND = (
    drift(
        "holding-days-by-calendar",
        "The holding days of a trade are calendar days, while the holding period counts trading days. A trade that was closed after its 10 days is listed with 14.",
        (
            "quant_engine/backtest/book.py",
            "holding_days=[-sale.session - position.entry_session-]",
            "{+(dates[sale.session] - dates[position.entry_session]).days+},",
        ),
        caught_by="real-jobs: second-source at BacktestReport (BacktestReport) /trades/0/holding_days",
    ),
    drift(
        "training-links-to-newest",
        "The link Model of a training leads to the newest version and not to the version of that training. Behind an old training the reader sees another model's scores.",
        (
            "frontend/src/jobTypes.ts",
            "resultLink: ([-{ result: { version } }-]) =>[-\n      -]{+ +}",
            'linkOptions({ to: "/models", search: { tab: "versions"[-, version-] } }),',
        ),
        where="tests/asking.test.tsx",
        caught_by="tests-screens: assertion-error at asking.test.tsx > asks for each thing once, found links of /jobs",
    ),
    drift(
        "benchmark-on-own-scale",
        "The benchmark in the equity chart has a scale of its own without an axis. A benchmark that gained ten times as much ends at the height of the strategy.",
        (
            "frontend/src/components/charts/EquityChart.tsx",
            'color: colour("benchmark"),\n{+    priceScaleId: "left",\n+}    lineWidth: 1,\n  });',
        ),
        where="tests/asking.test.tsx",
        caught_by="tests-screens: assertion-error at asking.test.tsx > asks for each thing once, found charts of /backtests/",
    ),
    drift(
        "open-trades-first",
        "Trades sorted by Sold begin with positions that were never sold. Dashes fill the top of the table.",
        (
            "frontend/src/components/answers/order.ts",
            "return Number([-a-]{+b+} === null) - Number([-b-]{+a+} === null);",
        ),
        where="tests/unanswered.test.tsx",
        caught_by="tests-screens: assertion-error at unanswered.test.tsx > shows nothing that the service has not, found after Sold",
    ),
    drift(
        "curl-dialog-loses-focus",
        "Closing the dialog of the curl command no longer returns the focus to its button. A keyboard user starts again at the top of the page.",
        (
            "frontend/src/components/answers/Dialog.tsx",
            "[-  // read before autoFocus of the content moves the focus; the browser reads it later\n",
            "  const [opener] = useState(() => document.activeElement);\n-]",
        ),
        (
            "frontend/src/components/answers/Dialog.tsx",
            "      dialog?.close();\n[-      if (opener instanceof HTMLElement) opener.focus();\n-]",
            "    };\n  }, [[-opener-]]);",
        ),
        ("frontend/src/components/answers/Dialog.tsx", "useEffect, useRef[-, useState-] }"),
        where="tests/unanswered.test.tsx",
        caught_by="tests-screens: assertion-error at unanswered.test.tsx > shows nothing that the service has not, found after Copy as curl",
    ),
    drift(
        "preload-of-no-module",
        "The fork server preloads a module that does not exist, which Python ignores. A job goes on after its service was killed, and each job process uses every core.",
        (
            "quant_engine/api/jobs/process.py",
            'set_forkserver_preload([[-"quant_engine.api.jobs.fork_server"-]{+f"{__name__}.fork_server"+}, *modules])',
        ),
        caught_by="packages: not-in-the-wheel at set_forkserver_preload, found quant_engine.api.jobs.process.fork_server",
    ),
    drift(
        "parquet-by-fastparquet",
        "Parquet prices are read with an engine that the package does not depend on. With a folder of Parquet files no job can be submitted.",
        (
            "quant_engine/data/files.py",
            'pd.read_parquet(path{+, engine="fastparquet"+}).reset_index()',
        ),
        caught_by="imports: not-in-the-wheel at quant_engine/data/files.py, found fastparquet",
    ),
    drift(
        "changes-start-with-latest",
        "Run with changes fills the form with the backtest's parameters but with the default version. A repeated backtest trades another model, and the note above hides it.",
        (
            "frontend/src/pages/BacktestsPage.tsx",
            '              initial={[-job.job_type === "backtest" ? job.params : BACKTEST_REQUEST_DEFAULTS-]',
            "{+\n",
            '                job.job_type === "backtest"\n',
            "                  ? { ...job.params, version: BACKTEST_REQUEST_DEFAULTS.version }\n",
            "                  : BACKTEST_REQUEST_DEFAULTS\n",
            "              +}}",
        ),
        caught_by="wire-rules: made-request at BacktestsPage.tsx:",
    ),
    drift(
        "entry-point-past-errors",
        "The installed command calls the parser past what catches its errors. A wrong setting prints a traceback.",
        (
            "quant_engine/__main__.py",
            "    {+from typer.main import get_command  # noqa: PLC0415 - as below\n\n    +}from quant_engine.cli import app  # noqa: PLC0415\n",
            "\n    [-app()-]{+get_command(app)()+}",
        ),
        caught_by="packages: traceback at quant_engine.__main__:main demo, found Refused",
    ),
    drift(
        "all-stream-empty-header-loses",
        "An empty Last-Event-ID no longer wins over the query. A client that sends it to start again is resumed from the query.",
        (
            "quant_engine/api/deps.py",
            "(sent for sent in (last_event_id, query_id, other_id) if sent[- is not None-]), None)",
        ),
        caught_by="entry-points: header-does-not-win at GET /api/events header query",
    ),
    drift(
        "provenance-of-the-training-data",
        "The provenance of backtests and predictions has the fingerprint of the data that the model was trained on. After new prices, two different results claim the same data.",
        (
            "quant_engine/pipeline.py",
            "        data_fingerprint=[-data.fingerprint-]{+manifest.data_fingerprint+},\n",
            "        seed=manifest.seed,",
        ),
        caught_by="real-jobs: other-source at backtest/report/provenance/data_fingerprint, found train/manifest/data_fingerprint",
    ),
    drift(
        "promotions-read-before-lock",
        "The list of promoted versions is read before the registry is locked. Of two trainings that end at once, one version is never `latest`.",
        (
            "quant_engine/models/registry.py",
            "        {+promoted = read_promotions(self.root)\n        +}# all of it with the lock",
        ),
        (
            "quant_engine/models/registry.py",
            "            add_promotion(self.root, {+promoted, +}version)",
        ),
        (
            "quant_engine/models/promotions.py",
            "def add_promotion(root: Path, {+promoted: list[str], +}version: str) -> None:\n",
            '    """Move `version` to the end of the list; the caller holds the lock of the registry."""\n',
            "    others = [name for name in [-read_promotions(root)-]{+promoted+} if name != version]",
        ),
        caught_by="interrupted: effect-lost at promote one, interrupted by promote two, found models/registry.json",
    ),
    drift(
        "importance-of-the-strongest",
        "The importance of a feature is its share of the strongest feature's change, not of the sum. The figures of a horizon no longer add up to 1.",
        (
            "quant_engine/models/importance.py",
            "    [-total = float(changes.sum())-]{+most = float(changes.max())+}\n",
        ),
        (
            "quant_engine/models/importance.py",
            "importance=float(change) / [-total if total-]{+most if most+} else 0.0)",
        ),
        caught_by="real-jobs: second-source at (HorizonScore) /importance/",
    ),
    drift(
        "hundred-strongest",
        "The record of a prediction lists 100 names and not 20. With more than about 150 tickers the record is too large, and every prediction fails.",
        (
            "quant_engine/domain/reports.py",
            "MOST_SIGNALS = [-20-]{+100+}  #: in the summary of a prediction, which must fit a job record",
        ),
        caught_by="bounds: record-too-large at predict /result",
    ),
    drift(
        "wait-after-every-page-of-events",
        "The stream of all jobs waits for a notification after every read, also after a full one. A client that comes back late gets 200 events every 15 seconds.",
        (
            "quant_engine/api/services/jobs.py",
            "                if frames:\n",
            '                    yield b"".join(frames)\n',
            "                [-else:\n",
            "                    await topic.wait_for_change(version, LOOK_SECONDS)-]",
            "{+await topic.wait_for_change(version, LOOK_SECONDS)+}",
        ),
        caught_by="backlog: waits-with-more at GET /api/events: 600 behind progress",
    ),
    drift(
        "description-ignores-mtime",
        "The description of the data stays cached when a file changes in place and keeps its size. A user who corrects a day still sees the old dates and problems.",
        (
            "quant_engine/data/manifest.py",
            'line = f"{path} {status.st_size} [-{status.st_mtime_ns} -]{status.st_ino}',
        ),
        caught_by="changed-files: stale-answer at GET /api/system/data-mode: files edited in place",
    ),
    drift(
        "age-of-any-source",
        "Health takes the newest version of any data source. A service without a model for its own files reports the demo model as fresh, and refuses every prediction.",
        (
            "quant_engine/api/services/health_service.py",
            "return self._registry.latest([-self._catalog.workspace.data_source-])\n",
        ),
        caught_by="observed: broken-relation at GET /api/system/model-age 200 (ModelAge), expected self.trained_at",
    ),
    drift(
        "versions-by-mtime",
        "Model versions are listed by the time at which their folder changed, while the cursor compares names. After a backup is restored, pages skip versions and repeat others.",
        (
            "quant_engine/models/registry.py",
            "            [-names = sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())-]",
            "{+folders = [entry for entry in self.root.iterdir() if entry.is_dir()]\n",
            "            folders.sort(key=lambda entry: entry.stat().st_mtime)\n",
            "            names = [entry.name for entry in folders]+}\n",
        ),
        caught_by="lists: pages-not-the-whole at GET /api/models ?limit=1",
    ),
    drift(
        "models-paged-by-offset",
        "The cursor of the list of models is a number of items. After a training ends between two pages, the last item of one page is the first of the next.",
        (
            "quant_engine/api/routers/models.py",
            "import PageQuery, [-from_cursor-]{+position_from_cursor+}, to_cursor\n",
        ),
        (
            "quant_engine/api/routers/models.py",
            '    items, more = models.page([-limit=query.limit, before=from_cursor("models", query.cursor))-]',
            '{+\n        limit=query.limit, start=position_from_cursor("models", query.cursor) or 0\n    )+}\n',
        ),
        (
            "quant_engine/api/services/models.py",
            "    def page(self, *, limit: int, [-before: str | None-]{+start: int+}) -> ",
            "tuple[list[ModelManifest], [-str-]{+int+} | None]:\n",
            '        """List versions [-older than `before`-]{+from `start` on+}, newest first; ',
            'also return the `[-before-]{+start+}` of the next page."""\n',
            "        rest: list[ModelManifest] = [\n",
            "            [-stored\n",
            "            for stored in self._registry.versions()\n",
            "            if before is None or stored.version < before\n        -]",
            "{+*self._registry.versions()[start:],\n        +}]\n",
            "        more = [-rest[limit - 1].version-]{+start + limit+} if len(rest) > limit else None\n",
        ),
        caught_by="lists: pages-moved at GET /api/models ?limit=1",
    ),
    drift(
        "predict-takes-last-fold",
        "A prediction uses the models of the longest horizon of its version. A client that requests 5 days gets returns over 21 days, labelled 5.",
        (
            "quant_engine/pipeline.py",
            "    newest = [-next(fold for fold in reversed(manifest.folds) if fold.horizon == horizon)-]",
            "{+manifest.folds[-1]+}\n",
        ),
        caught_by="liveness-requests: of-another-horizon at POST /api/compute/predict",
    ),
)
