"""The third round: rows in place of those that moved to the catalogue after the second one, of each kind that it had missed."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

LATER: Mapping[str, tuple[Drift, ...]] = {
    "time zone": (
        drift(
            "age-by-mktime",
            "The age of a model of one's own prices takes the fields of trained_at, which are UTC, for local time. In New "
            "York a model that was trained a minute ago is -0.2 days old on the page, in model-age and in health, in Tokyo "
            "0.4, and it turns stale hours too late or too early.",
            (
                "quant_engine/api/services/health_service.py",
                "import shutil\n{+import time\n+}from collections.abc import Awaitable",
            ),
            (
                "quant_engine/api/services/health_service.py",
                (
                    "age_days = ([-datetime.now(UTC) - latest.trained_at).total_seconds()-]"
                    "{+time.time() - time.mktime(latest.trained_at.timetuple()))+} / 86_400"
                ),
            ),
        ),
    ),
    "a value with a second source": (
        drift(
            "retrain-first-score",
            "The decision whether to retrain reports the rank IC of the version's shortest horizon, as a cycle's own models "
            "have one only. Where a user trained the version in force for 5 and 10 days, cycle and job record show another "
            "rank IC and t than the manifest has for the 10 days that the cycle trades.",
            (
                "quant_engine/autopilot/retraining.py",
                "    score = [-next(score for score in version.scores if score.horizon == HORIZON)-]{+version.scores[0]+}\n",
            ),
        ),
    ),
    "a law of a record": (
        drift(
            "failed-cycle-completes",
            "The end of a research cycle is recorded in one place, also when a step raises. A cycle that failed halfway has "
            "a completed_at, which is null for an interrupted one: GET /api/autopilot/latest shows it as complete with three "
            "decisions, and later cycles count it as the one before them.",
            (
                "quant_engine/autopilot/engine.py",
                (
                    "            [-return _Cycle(self._work, parameters, journal, new).run()-]"
                    "{+try:\n"
                    "                return _Cycle(self._work, parameters, journal, new).run()\n"
                    "            finally:\n"
                    "                journal.end()+}\n"
                ),
            ),
            (
                "quant_engine/autopilot/engine.py",
                (
                    "        traded = self._take(TradeDecision, lambda: self._trade(before, promoted))\n"
                    "[-        self._journal.end()\n-]"
                    "        reasons = ["
                ),
            ),
        ),
    ),
    "a large input": (
        drift(
            "first-rows-of-csv",
            "Of a CSV file the first 11,088 rows are read, the most that a request can need. A name with a longer history, "
            "such as KO since 1962, silently ends in 2006: its newest prices are the ones that are missing, and it gets no "
            "signal and no trade any more.",
            (
                "quant_engine/data/files.py",
                "MAX_FILES = 2_000\n{+CSV_ROWS = 44 * 252  #: 40 years, and the four that a training needs before them\n+}",
            ),
            (
                "quant_engine/data/files.py",
                "return pd.read_csv(path{+, nrows=CSV_ROWS+})",
            ),
        ),
    ),
    "a field ignored beside another": (
        drift(
            "dry-run-looks-at-three-years",
            "A dry run of a research cycle looks at 3 years at most, so that its preview takes a minute. With dry_run, "
            "years 4 to 40 decide the same as 3, the record still says 15, and the cycle that follows decides otherwise "
            "than the dry run computed.",
            (
                "quant_engine/autopilot/engine.py",
                "Writes = list[Callable[[Connection], None]]\n",
                "{+\nPREVIEW_YEARS = 3  #: of a dry run; a training over more takes minutes\n+}",
                "\n\ndef run_cycle(",
            ),
            (
                "quant_engine/autopilot/engine.py",
                "        stores = not parameters.dry_run\n",
                (
                    "{+        if not stores:\n"
                    "            years = min(parameters.years, PREVIEW_YEARS)\n"
                    '            parameters = parameters.model_copy(update={"years": years})\n+}'
                ),
                "        workspace = self._work.workspace\n",
            ),
        ),
    ),
    "health": (
        drift(
            "free-space-counts-reserved-blocks",
            "Health takes as free what is not used, which counts the blocks that are reserved for root. On an ext4 disk of "
            "500 GB it says ok with 25 GB free, up to the moment when the service's own writes fail; the warnings below "
            "1 GB and 0.1 GB never come.",
            (
                "quant_engine/api/services/health_service.py",
                (
                    "        [-free_bytes = shutil.disk_usage(home).free-]{+usage = shutil.disk_usage(home)+}\n"
                    "        # a disk with free space may be read-only or above its quota\n"
                    "        probe_folder(home)\n"
                    "        return [checks.check_disk([-free_bytes-]{+usage.total - usage.used+})]\n"
                ),
            ),
        ),
    ),
    "the command line": (
        drift(
            "private-service-on-host",
            "The private service of a command listens where QUANT_ENGINE_HOST says, and no longer on loopback only. With "
            "0.0.0.0 and a token set, each `quant-engine backtest` opens a random port to the network for as long as it runs; "
            "with 0.0.0.0 and no token, a command serves the network under a token that it made up.",
            (
                "quant_engine/cli/client.py",
                (
                    'private = Settings.model_validate([-\n        -]{**settings.model_dump(), [-"host": "127.0.0.1", -]"port": 0, '
                    '"api_token": token}[-\n    -])'
                ),
            ),
        ),
    ),
    "packaging": (
        drift(
            "page-is-copied-into-the-package",
            "The build hook copies the built page into quant_engine/api/ui, where the wheel collects it as an artifact. A "
            "second build from the same checkout finds the copy and ships the page of the first one with a newer service, "
            "and a service that runs from that checkout shows the old page too, whatever is built in frontend/dist.",
            (
                "hatch_build.py",
                "{+import shutil\n+}from pathlib import Path\nfrom typing import Any\n",
            ),
            (
                "hatch_build.py",
                (
                    '            [-build_data["force_include"][str(built)] = str(shipped)-]'
                    "{+shutil.copytree(built, Path(self.root, shipped))\n"
                    '            build_data["artifacts"].append(shipped.as_posix())+}\n'
                ),
            ),
        ),
    ),
    "how often the page asks": (
        drift(
            "not-found-is-asked-for-again",
            "What was refused with a 404, 409 or 422 is fetched again every 5 s like a server error, as a model or a "
            "report may appear later. A tab on an old link, to a job or a version that was removed, sends a "
            "request every 5 s for as long as it is looked at, and its button Try again flickers.",
            (
                "frontend/src/main.tsx",
                (
                    "      // the cause of [-a server-]{+an+} error may be fixed meanwhile{+; the dialog for the token asks again itself+}\n"
                    "      refetchInterval: ({ state }) =>\n"
                    "        state.error instanceof ApiError && state.error.status [->= 500-]{+!== 401+} ? REFETCH_MS : false,\n"
                ),
            ),
        ),
    ),
    "the meaning of a figure": (
        drift(
            "page-accepted-of-all-trials",
            "The share of accepted candidates is out of all trials that were ever counted, and no longer out of this cycle's candidates. The first cycle looks the same; a later one reads `Accepted 2 of 480` above a table of 24 rules.",
            (
                "frontend/src/components/autopilot/CandidatesEvidence.tsx",
                "accepted).length)} of ${count([-candidates.length-]{+n_trials+})}`",
            ),
        ),
    ),
    "state that sticks or runs ahead": (
        drift(
            "page-token-bar-stays",
            "Only `Not now` sets whether a token was declined, and nothing takes it back. A reader who declines first and enters the token later, when a click asks again, still reads that the service needs a token; the bar's button then says that the service did not accept the token that works.",
            (
                "frontend/src/components/shell/TokenPrompt.tsx",
                "    [-setDeclined(token === null);-]{+if (token === null) setDeclined(true);+}",
            ),
        ),
    ),
    "defaults of another form": (
        drift(
            "page-form-keeps-draft",
            "A form keeps what was entered when its page is left. The draft also wins where the form is opened with the parameters of an earlier run or version: behind `Run with changes` the note says that the form has that run's parameters, and it has those that were typed before; `Use the defaults` shows them too.",
            (
                "frontend/src/components/forms/useContractForm.ts",
                (
                    "{+/** What was entered for each request, so that a form keeps it while another page is shown. */\n"
                    "const drafts = new WeakMap<object, unknown>();\n\n+}"
                    "/** @param initial the contract's defaults, or the parameters of an earlier job. */"
                ),
            ),
            (
                "frontend/src/components/forms/useContractForm.ts",
                (
                    "    initialValues: {+(drafts.get(fields) as Values | undefined) ?? +}initial,\n"
                    "{+    onValuesChange: (values) => {\n      drafts.set(fields, values);\n    },\n+}"
                    "    transformValues"
                ),
            ),
        ),
    ),
}
