"""The third round, in the service: its answers, its store and what it computes."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

SERVICE: Mapping[str, tuple[Drift, ...]] = {
    "time zone": (
        drift(
            "cycle-times-with-a-local-offset",
            "The start and the end of a research cycle are stored in the server's own time zone with its offset. On a server "
            "outside UTC, GET /api/autopilot/latest answers 2026-11-29T14:03:00+01:00 where the contract promises UTC with a "
            "Z, and a client that takes Z for granted is an hour wrong or refuses the answer.",
            ("quant_engine/autopilot/cycles.py", "from datetime import [-UTC, -]datetime"),
            (
                "quant_engine/autopilot/cycles.py",
                'return datetime.now([-UTC-]){+.astimezone()+}.isoformat(timespec="milliseconds")',
            ),
        ),
    ),
    "a field ignored beside another": (
        drift(
            "years-of-known-names-ignored",
            "A prediction for names that the version was trained on ignores `years`: its z-scores compare with all of the "
            "version's past predictions. With a ticker that is new to the version, `years` still counts.",
            (
                "quant_engine/pipeline.py",
                "            past.mean[-.loc[pd.Timestamp(begin) :]-],\n",
            ),
        ),
        drift(
            "no-negative-threshold-under-risk-management",
            "With `risk_management` a negative `entry_threshold` counts as 0. The request is accepted and the report "
            "repeats the parameter, but -0.05 and 0 give the same backtest.",
            (
                "quant_engine/backtest/fills.py",
                "    (candidates,) = (signals > [-rules.entry_threshold-]{+threshold+}).nonzero()",
            ),
            (
                "quant_engine/backtest/fills.py",
                (
                    "    signals, prices = session.signals, session.prices\n"
                    "{+    threshold = rules.entry_threshold\n"
                    "    if rules.risk_management:\n"
                    "        # a predicted loss is no reason to buy\n"
                    "        threshold = max(threshold, 0.0)\n"
                    "+}    # A comparison with NaN"
                ),
            ),
        ),
        drift(
            "size-capped-by-places-under-risk-management",
            "With `risk_management` an entry is at most an equal share of the places, 1 / max_positions. A request with "
            "position_size 0.2 and the default of 10 positions is accepted and its report repeats 0.2, but it trades exactly "
            "as with 0.1; so do the autopilot's candidates.",
            (
                "quant_engine/backtest/risk.py",
                "    return [-rules.position_size-]{+min(rules.position_size, 1 / rules.max_positions)+} * entry_scale(closes)",
            ),
        ),
        drift(
            "holding-period-ends-with-the-horizon",
            "A position is held for the horizon at most, as a prediction says nothing of the days after it. A holding_period above the horizon is accepted, "
            "repeated in the report and ignored: with the horizon 10, 21 and 10 days give the same backtest.",
            (
                "quant_engine/pipeline.py",
                "holding_period=[-parameters.holding_period-]{+min(parameters.holding_period, parameters.horizon)+},",
            ),
        ),
    ),
    "a header or option ignored": (
        drift(
            "last-event-id-ignored-for-ended-jobs",
            "The stream of a job that has ended is always `status` and `done`, whatever Last-Event-ID says. A client that was "
            "cut off and resumes after the end never gets the events between, nor `completed`, `failed` or `cancelled`.",
            (
                "quant_engine/api/services/jobs.py",
                "            after is None\n{+            or record.status.is_final\n+}            or after > record.revision\n",
            ),
        ),
    ),
    "a value with a second source": (
        drift(
            "summary-names-the-challenger",
            "The summary of a cycle names the version that its candidates traded as the model in force. Where the cycle "
            "rejected that version, the list of jobs contradicts the cycle's own decision.",
            (
                "quant_engine/autopilot/engine.py",
                (
                    "            model_version=[-promoted-]{+retrained+}.model_version,\n"
                    '            reason=" ".join(reasons),'
                ),
            ),
        ),
        drift(
            "paper-profit-without-the-fee-of-the-sale",
            "The profit of a closed trade on paper leaves out the fee of its sale. The trades of GET /api/autopilot/paper add "
            "up to more than the account has gained, and a trade shows a better return than the same trade in a backtest.",
            (
                "quant_engine/autopilot/ledger.py",
                "received=leave.shares * leave.fill_price[- - leave.fee-],",
            ),
        ),
    ),
    "a filter with a cursor": (
        drift(
            "older-job-at-the-end-of-the-list",
            "A job that comes to fit the filter of a list is added at its end also where it belongs to a page that was not "
            "fetched. The jobs between are missing, and the page after that lists the job a second time.",
            (
                "frontend/src/api/queries/useJobs.ts",
                "/** Insert a job by its age, unless the list has it[-, or it belongs to a page that was not fetched-]. */",
            ),
            (
                "frontend/src/api/queries/useJobs.ts",
                (
                    "  const last = pages.pages.length - 1;\n"
                    "[-  if (found === -1 && pages.pages[last]?.next_cursor !== null) return pages;\n-]"
                ),
            ),
        ),
        drift(
            "emptied-page-is-the-last",
            "A page without items counts as the end of a list. When all the listed jobs of a filter have left it, such as "
            "queued ones that were cancelled, the page says that no job matches although older ones do.",
            (
                "frontend/src/api/queries/pages.ts",
                (
                    "    getNextPageParam: ({ {+items, +}next_cursor }) => "
                    "[-next_cursor-]{+(items.length === 0 ? null : next_cursor)+},\n"
                ),
            ),
        ),
        drift(
            "filtered-list-ends-with-an-empty-page",
            "A page of jobs is the last one where it has fewer than `limit` jobs or reaches the first job of all. A filtered list "
            "(by status or type, and GET /api/backtests) whose last page is full has a next_cursor that leads to an empty page: "
            "the page of the service offers older items that do not exist.",
            (
                "quant_engine/api/jobs/rows.py",
                "select(jobs).order_by(jobs.c.position.desc()).limit(limit[- + 1-])",
            ),
            (
                "quant_engine/api/jobs/rows.py",
                (
                    '        [-more = rows[limit - 1]["position"] if len(rows) > limit else None-]'
                    "{+# positions count from 1\n"
                    '        last = rows[-1]["position"] if len(rows) == limit else 1\n'
                    "        more = last if last > 1 else None+}\n"
                    "        return [to_record(row) for row in rows[-[:limit]-]], more"
                ),
            ),
        ),
    ),
    "read, then lock": (
        drift(
            "paper-session-computed-before-the-lock",
            "A paper session is computed before the write lock is taken, so that the lock is held for the writes only. Two cycles "
            "at once (QUANT_ENGINE_WORKERS=2) trade the same session, and the later one fails with `unavailable`, where it "
            "used to leave out the sessions that the other had traded.",
            (
                "quant_engine/autopilot/paper_trader.py",
                (
                    "            [-with self._database.writing() as connection:\n"
                    "                # another trader may have traded this session before we got the lock\n"
                    "                state = read_state(connection, self._account)\n"
                    "                if row in desk.rows_after(state):\n"
                    "                    session = desk.run(row, state)\n"
                    "                    save_session(connection, session)\n"
                    "                    state = session.state\n"
                    "                    done.append(session)-]"
                    "{+# not under the lock, which the service needs for every change of a job\n"
                    "            session = desk.run(row, state)\n"
                    "            with self._database.writing() as connection:\n"
                    "                save_session(connection, session)\n"
                    "            state = session.state\n"
                    "            done.append(session)+}\n"
                ),
            ),
        ),
    ),
    "a law of a record": (
        drift(
            "importance-rounded",
            "The importance of each feature is rounded to three digits in the manifest. The importances of a horizon, "
            "which the model lab shows as shares of the whole, add up to 0.999 or 1.002 and no longer to 1.",
            (
                "quant_engine/models/importance.py",
                (
                    "        FeatureImportance([-feature=str(name), importance=float(change) / total if total else 0.0)-]"
                    "{+\n            feature=str(name),\n"
                    "            importance=round(float(change) / total, 3) if total else 0.0,\n        )+}\n"
                ),
            ),
        ),
        drift(
            "train-end-without-the-labels",
            "`train_end` of a fold is the last session that has a row in its training, and no longer the last one whose close a label "
            "used. The manifest shows a gap of `horizon` sessions before each test, although the labels reach up to the day before "
            "it: a reader who checks the walk-forward for leaks trusts a gap that does not exist.",
            (
                "quant_engine/models/trainer.py",
                "train_end=sessions[split.train_stop [-+ horizon -]- 1].date(),",
            ),
        ),
    ),
    "a large input": (
        drift(
            "report-limit-below-what-is-written",
            "The largest file that the service reads is 4 MB instead of 200 MB, and writing has no limit: a backtest with "
            "tens of thousands of trades succeeds and is listed, and its report and its CSV are 503 for ever.",
            (
                "quant_engine/disk.py",
                "MAX_FILE_BYTES = [-200_000_000-]{+4_000_000+}  #: the service writes no larger file",
            ),
        ),
        drift(
            "event-ids-of-six-digits",
            "The ids of the stream of all jobs are read with six digits at most, as the log keeps 100,000 events; but they count all "
            "events ever logged. From the millionth on no client can resume: each reconnect gets `reset` with `unknown_id`, "
            "and the page fetches everything again.",
            (
                "quant_engine/api/services/jobs.py",
                r"(?P<log>[0-9a-f]{12})\.(?P<seq>[0-9]{1,[-18-]{+6+}})",
            ),
        ),
    ),
    "a security edge": (
        drift(
            "file-of-another-version",
            "Whether a file belongs to its version is decided by the path as written. A manifest that names "
            "../OTHER/h10-f00.skops is obeyed, and a version loads a file outside its folder where it was refused.",
            (
                "quant_engine/models/manifest.py",
                "    if [-path.parent.resolve() != folder.resolve()-]{+not path.is_relative_to(folder)+}:\n",
            ),
        ),
        drift(
            "lists-of-the-data-folder-may-link-out",
            "core.txt and membership.csv are no price files, so they skip the check of price files. A core.txt that links out of the data folder is followed, "
            "and the 503 of every request quotes the first word of the file that it points to.",
            (
                "quant_engine/data/files.py",
                (
                    "    for path in files:\n[-        _check_file(path)\n-]"
                    "        if path.name in LISTS:\n            continue\n{+        _check_file(path)\n+}"
                    "        name = path.stem.upper()"
                ),
            ),
        ),
    ),
    "headers and caches": (
        drift(
            "trades-cached-for-an-hour",
            "A browser may keep trades.csv for an hour, because a finished backtest does not change. It still serves the "
            "file after the token was changed, or after the home was exchanged or restored.",
            (
                "quant_engine/api/routers/backtests.py",
                (
                    '        headers={"Content-Disposition": _DISPOSITION[-}-]'
                    '{+, "Cache-Control": "private, max-age=3600"}+},\n'
                ),
            ),
        ),
        drift(
            "etag-of-the-contract-is-the-version",
            "GET /openapi.json has an ETag and answers 304 to a client that has it already, but the tag is the version of the service. "
            "Whoever fetches it with `curl --etag-compare` keeps the old contract after a change of the contract that no release came with.",
            (
                "quant_engine/api/export.py",
                (
                    '    """Answer `GET /openapi.json`."""\n'
                    "    # it takes half a second the first time\n"
                    "    content = await asyncio.to_thread(_rendered, request.app)\n"
                    "[-    return Response(content, media_type=_ERROR_MEDIA)-]"
                    '{+    headers = {"ETag": f\'"{request.app.version}"\'}\n'
                    '    if request.headers.get("If-None-Match") == headers["ETag"]:\n'
                    "        return Response(status_code=304, headers=headers)\n"
                    "    return Response(content, media_type=_ERROR_MEDIA, headers=headers)+}"
                ),
            ),
        ),
    ),
    "order and pruning": (
        drift(
            "open-jobs-by-last-event-against-position",
            "The stream of all jobs begins with the open jobs in the order of their last events, but its ids resume by "
            "position: a client that is cut off among them never hears of the older jobs that were still to come.",
            (
                "quant_engine/api/jobs/log.py",
                "            .order_by([-jobs.c.position-]{+job_events.c.seq+})\n        )\n",
            ),
        ),
        drift(
            "reader-at-the-pruned-event-is-expired",
            "A client that has read exactly up to the last pruned event counts as expired, although it misses nothing. Whoever reconnects "
            "to GET /api/events of a service that has had no job yet, or that keeps 0 events, gets `reset` each time and fetches "
            "everything again.",
            (
                "quant_engine/api/services/jobs.py",
                "        if seq <{+=+} end.pruned_through:",
            ),
        ),
    ),
}
