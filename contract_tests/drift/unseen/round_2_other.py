"""The second round, outside the kinds that the gate missed earlier: almost half of its rows."""

from contract_tests.drift.drifts import drift

OTHER = (
    drift(
        "errors-with-paths",
        "The message of a 503 for an unreadable file holds the whole text of the system's error: every client reads the absolute path of the home and with it the user's name.",
        (
            "quant_engine/disk.py",
            "    [-# strerror alone: str(error) would send the absolute path to clients\n",
            "    -]return [-error.strerror-]{+str(error)+} or type(error).__name__\n",
        ),
    ),
    drift(
        "promoted-once",
        "Promoting a version that was promoted before changes nothing. A user who goes back to an older version finds that `latest` still means the newer one.",
        (
            "quant_engine/models/promotions.py",
            "    [-others = [name for name in read_promotions(root) if name != version]\n",
            "    write_whole(root / FILE, _Stored(promoted=[*others, version]).model_dump_json().encode())-]{+promoted = read_promotions(root)\n",
            "    if version not in promoted:\n",
            "        stored = _Stored(promoted=[*promoted, version])\n",
            "        write_whole(root / FILE, stored.model_dump_json().encode())+}\n",
        ),
    ),
    drift(
        "slow-readers-stay",
        "A client that reads no data is never disconnected from a stream; its connection and its buffer stay until it closes them.",
        (
            "quant_engine/api/routing.py",
            "from quant_engine.api.schemas.events import PING_SECONDS[-, SLOW_READER_SECONDS-]\n",
        ),
        (
            "quant_engine/api/routing.py",
            "async with asyncio.timeout([-SLOW_READER_SECONDS-]{+None+}):",
        ),
    ),
    drift(
        "idempotency-key-kept",
        "A form keeps its idempotency key after an answer: a second click on Predict, Run a cycle or Run again, even the next day, returns the first job and starts none.",
        (
            "frontend/src/api/queries/useCompute.ts",
            '        [-const job =-]{+return+} await submit(body, { "Idempotency-Key": open.current.key });\n',
            "[-        open.current = null;\n",
            "        return job;\n",
            "-]",
        ),
    ),
    drift(
        "streams-drained-last",
        "On SIGTERM the server waits for its requests before it closes the streams: they are cut off in the middle a second later. Readers see a broken connection and not the clean end that they resume from.",
        (
            "quant_engine/cli/server.py",
            '        """Close the streams, [-then wait for-]{+and end+} the other requests."""\n',
            "[-        self._drain()\n",
            "-]        await super().shutdown(sockets)\n",
            "{+        self._drain()\n",
            "+}",
        ),
    ),
    drift(
        "page-for-missing-scripts",
        "Every path that is no file of the page is a screen, as names of screens may have dots. After an upgrade, an open tab that loads an old script gets 200 with HTML and not a 404, and a misspelt file seems to exist.",
        (
            "quant_engine/api/page.py",
            '        if [-"." in path.rpartition("/")[2]-]{+root is not None and _inside(root, path) is not None+}:\n',
        ),
    ),
    drift(
        "stage-lost-in-the-throttle",
        "A job process reports nothing within 50 ms of its last report, also a new stage. Page and command line show `loading the model` while the job loads prices and predicts for seconds.",
        (
            "quant_engine/api/jobs/worker.py",
            "REPEAT_SECONDS = 0.05  #: [-the same stage-]{+progress+} is not reported more often than this",
        ),
        (
            "quant_engine/api/jobs/worker.py",
            "[-    last: str | None = None\n",
            "-]    at = 0.0\n",
        ),
        (
            "quant_engine/api/jobs/worker.py",
            "        nonlocal [-last, -]at\n",
            "        now = monotonic()\n",
            "        if [-message == last and -]now - at < REPEAT_SECONDS and fraction < 1:\n",
            "            return\n",
            "        [-last, at = message,-]{+at =+} now\n",
        ),
    ),
    drift(
        "latest-checked-at-submission",
        "A backtest or prediction with the version `latest` is refused at once where no model fits yet. It can no longer be queued behind the training that makes its model: 422 where the answer was 202.",
        (
            "quant_engine/api/services/compute.py",
            '        [-if parameters.version != "latest":\n',
            "            version = self._registry.resolve(\n",
            "                parameters.version, parameters.horizon, parameters.feature_mode, data.source\n",
            "            )\n",
            "            first_day(version, data.last_date, parameters.years)-]{+version = self._registry.resolve(\n",
            "            parameters.version, parameters.horizon, parameters.feature_mode, data.source\n",
            "        )\n",
            "        first_day(version, data.last_date, parameters.years)+}\n",
        ),
    ),
    drift(
        "turnover-one-way",
        "Turnover counts a purchase and its sale once, as funds report it: half of the traded value per year that contract, page and command line say it is, and half of what earlier reports show.",
        (
            "quant_engine/backtest/metrics.py",
            "            turnover=_figure(traded.sum() / {+2 / +}years / equity.mean()) if years else None,\n",
        ),
    ),
    drift(
        "shortfall-by-value",
        "The mean shortfall weighs each fill by its value, and its standard error still counts each fill once. The ± on the page and the health check of execution costs judge a mean by the error of another.",
        (
            "quant_engine/tracking/execution_tracker.py",
            "    shortfalls = [fill.shortfall_bps for fill in fills]\n",
            "{+    values = [fill.shares * fill.fill_price for fill in fills]\n",
            "+}",
        ),
        (
            "quant_engine/tracking/execution_tracker.py",
            "        mean_shortfall_bps=fmean(shortfalls{+, values+}) if fills else None,\n",
        ),
    ),
    drift(
        "best-by-hidden-digits",
        "Of runs that show the same best figure only one is marked as best, by digits that are not shown: two runs with a Sharpe ratio of 0.52 look as if one of them had won.",
        (
            "frontend/src/components/compare/comparison.ts",
            " * The indexes of the runs with the best value of a metric. [-Values with the same text are tied. -]None is best where\n",
        ),
        (
            "frontend/src/components/compare/comparison.ts",
            '  const best = [-format(better === "higher" ? Math.max(...present) : Math.min(...present))-]{+better === "higher" ? Math.max(...present) : Math.min(...present)+};\n',
            "  if (present.every((value) => format(value) === [-best-]{+format(best)+})) return new Set();\n",
            "  return new Set(values.flatMap((value, run) => ([-format(value)-]{+value+} === best ? [run] : [])));",
        ),
    ),
    drift(
        "prompt-for-each-request",
        "Requests that are refused together no longer share one question for the token. The page asks several at once, the dialog answers only the last, and the other panels stay empty until a reload.",
        (
            "frontend/src/api/token.ts",
            "let prompt: TokenPrompt | null = null;\n",
            "[-let openPrompt: Promise<string | null> | null = null;\n",
            "-]",
        ),
        (
            "frontend/src/api/token.ts",
            " * Return a token other than the refused one; null where the user declines.[- Requests that are refused at the same\n",
            " * time share one prompt.-]\n",
        ),
        (
            "frontend/src/api/token.ts",
            "[-  openPrompt ??= prompt(refused !== null).finally(() => {\n",
            "    openPrompt = null;\n",
            "  });\n",
            "  const token = await openPrompt;-]{+  const token = await prompt(refused !== null);+}\n",
        ),
    ),
)
