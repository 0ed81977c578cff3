"""Drifts that were unseen in the second round and led to a change of the gate."""

from contract_tests.drift.drifts import drift

SECOND_ROUND = (
    drift(
        "price-days-in-utc",
        "Days of price files that carry a time zone are converted to UTC before the time is cut off. Midnight in London's summer, Frankfurt or Tokyo becomes the day before: Mondays turn into Sundays, and files that were accepted are refused or shifted by a day.",
        (
            "quant_engine/data/files.py",
            "index = index.[-tz_localize-]{+tz_convert+}(None)\n",
        ),
        caught_by="zones: local-time at quant_engine/data/files.py",
    ),
    drift(
        "no-past-is-average",
        "A name without past predictions, or whose past ones are all equal, has the z-score 0 in place of null: the page shows an average name where nothing is known.",
        (
            "quant_engine/pipeline.py",
            "            if deviation[name] > ROUNDING\n",
            "            else [-None-]{+0.0+},",
        ),
        where="tests/test_pipeline.py",
        caught_by="tests-rest: test-failed at test_a_name_whose_past_does_not_vary_has_no_z_score",
    ),
    drift(
        "disk-of-the-database",
        "The disk check looks at the folder of the database. Where QUANT_ENGINE_DATABASE_URL is on another disk, health says ok while the home, with its models and reports, is full or read-only.",
        (
            "quant_engine/api/services/health_service.py",
            "        home = [-self._catalog.workspace.home-]{+self._database.path.parent+}\n",
        ),
        caught_by="broken-checks: health-says-ok at health disk: the home is",
    ),
    drift(
        "ctrl-c-before-the-answer",
        "Ctrl-C while a command waits for the answer to its submission no longer cancels the job. The first request after new prices takes seconds to minutes, and the job then runs without its command.",
        (
            "quant_engine/cli/follow.py",
            "[-    # Ctrl-C may come after the job is queued and before the response arrives: the key finds it then\n",
            "    key = str(uuid4())\n",
            "-]{+    job = client.submit(job_type, body, str(uuid4()))\n",
            "+}    with Progress(",
        ),
        (
            "quant_engine/cli/follow.py",
            "            return _watch(client, [-client.submit(job_type, body, key)-]{+job+}, bar, task)\n",
            "        except KeyboardInterrupt:\n",
            '            bar.update(task, description="cancelling")\n',
            "            client.reconnect()\n",
            "[-            job = client.submit(job_type, body, key)\n",
            "-]",
        ),
        caught_by="command-line: returned at quant-engine train, Ctrl-C at step",
    ),
    drift(
        "migrations-of-the-checkout",
        "The migrations are found relative to the working directory. A user who installed the wheel cannot create a new home from any other folder: the service says that the database is newer than the program.",
        (
            "quant_engine/database/migrate.py",
            "[-from pathlib import Path\n",
            "\n",
            "-]from alembic import command\n",
        ),
        (
            "quant_engine/database/migrate.py",
            '    config.set_main_option("script_location", [-str(Path(__file__).parent / "migrations")-]{+"quant_engine/database/migrations"+})\n',
        ),
        caught_by="observed: unavailable at test_everything_declared_was_seen, found migrations",
    ),
    drift(
        "log-retries-for-ever",
        "Where the log of a job cannot be read, the page asks for it again as fast as the service refuses, without end, and the notice with its button Try again only flickers.",
        (
            "frontend/src/api/queries/useJobLog.ts",
            "const { data, [-error, -]isFetching, refetch } = log;\n",
            "  // without data and idle: refreshJobs cancelled the first read[-. Not after an error: that would retry for ever, and\n",
            "  // the component shows a button for it-]\n",
            "  const behind = [-error === null && (-]data === undefined || revisionOf(data) < revision[-)-];",
        ),
        where="tests/failing.test.tsx",
        caught_by="tests-screens: assertion-error at failing.test.tsx > asks again for what failed, found asks for",
    ),
    drift(
        "facts-in-wrong-columns",
        "Where one of the compared runs cannot be read, the parameters of the runs after it stand one column too far to the left, under the names of other runs.",
        (
            "frontend/src/components/compare/ComparisonTable.tsx",
            "  const { label, values, differs } = fact;\n",
            "[-  const read = readRuns(runs).map(({ jobId }) => jobId);\n",
            "-]",
        ),
        (
            "frontend/src/components/compare/ComparisonTable.tsx",
            "{runs.map(({ jobId, query }{+, run+}) => {\n",
            "        const value = values[[-read.indexOf(jobId)-]{+run+}] ?? ",
        ),
        where="tests/failing.test.tsx",
        caught_by="tests-screens: assertion-error at failing.test.tsx > asks again for what failed, found in other columns",
    ),
    drift(
        "page-after-the-last",
        "A table whose number of rows is a multiple of its page size has one page too many: Next on the last page and Last lead back to the first page (and to an empty page of trades).",
        (
            "frontend/src/components/answers/Pager.tsx",
            "const last = Math.floor([-(total - 1)-]{+total+} / size) * size;",
        ),
        where="tests/Pager.test.tsx",
        caught_by="tests-screens: assertion-error at Pager.test.tsx > leads to every row",
    ),
    drift(
        "sixty-four-connections",
        "The server takes 64 connections at once. With as many open pages, each of which holds a stream, every further request is answered 503 as plain text, without envelope and Retry-After.",
        (
            "quant_engine/cli/server.py",
            "            http=LimitedProtocol,\n",
            "{+            limit_concurrency=64,\n",
            "+}            timeout_graceful_shutdown=GRACE_SECONDS,\n",
        ),
        where="tests/api/test_streams.py",
        caught_by="tests-api: test-failed at test_open_pages_shut_nobody_out",
    ),
    drift(
        "numbers-clamped-on-blur",
        "A number out of bounds is replaced by the nearest bound when the reader leaves the field, without a word: a user who types 400 days runs 252, where the form used to say that 252 is the most.",
        (
            "frontend/src/components/forms/ContractField.tsx",
            '          step={contract.type === "number" ? 0.01 : 1}\n',
            '[-          clampBehavior="none"\n',
            "-]",
        ),
        where="tests/entered.test.tsx",
        caught_by="tests-screens: assertion-error at entered.test.tsx > keeps what is entered",
    ),
    drift(
        "fingerprint-without-membership",
        "The fingerprint of the data leaves membership.csv out. After a correction of that file two different results claim the same data, and the autopilot does not train a point-in-time model again.",
        (
            "quant_engine/data/panel.py",
            '        digest.update(self.closes.to_numpy(dtype="<f8").tobytes())\n',
            "[-        for spell in self.membership or ():\n",
            '            digest.update(f"\\n{spell.ticker} {spell.start} {spell.end}".encode())\n',
            "-]",
        ),
        where="tests/data/test_files.py",
        caught_by="tests-rest: test-failed at test_the_fingerprint_is_of_everything",
    ),
    drift(
        "numbers-in-the-browsers-language",
        "Numbers follow the browser's language on a page that is English: a German reader sees 1,234 trades as `1.234` and a price of 98.50 as `98,50`, unlike in the command line, the messages of jobs and the CSV.",
        (
            "frontend/src/format/figures.ts",
            '  return new Intl.NumberFormat([-"en-US"-]{+undefined+}, {\n',
        ),
        where="tests/figures.test.ts",
        caught_by="tests-screens: assertion-error at figures.test.ts",
    ),
    drift(
        "result-beats-cancel",
        "A running job whose cancel was accepted, and whose code finishes or fails before it is killed, ends as succeeded or failed and not as cancelled.",
        (
            "quant_engine/api/jobs/store.py",
            "        async with self._writing() as rows:\n",
            "            await [-_leave_running(rows, claim.job_id, claim.attempt, transition, **values)-]{+rows.change(transition, claim.job_id, claim.attempt, **values)+}\n",
            "        self._notify(claim.job_id)\n",
        ),
        caught_by="writers: broken-relation at cancelling",
    ),
)
