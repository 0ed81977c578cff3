"""The second round, in the service: its answers, its store and what it computes."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

SERVICE: Mapping[str, tuple[Drift, ...]] = {
    "a field ignored beside another": (
        drift(
            "feature-mode-of-the-version",
            "With an explicit version the request's feature_mode is ignored: `full` with a version of core features is accepted, computed with core, and recorded as full; with `latest` it still counts.",
            (
                "quant_engine/models/registry.py",
                "if not _fits(manifest, horizon, [-feature_mode-]{+manifest.feature_mode+}, data_source):\n",
            ),
        ),
    ),
    "a header or option ignored": (
        drift(
            "key-looked-up-after-checks",
            "A repeat with an Idempotency-Key is checked like a new request before its key is looked up. Once the version was removed or the prices changed, the repeat is refused where it used to return the first job.",
            (
                "quant_engine/api/services/compute.py",
                "        params = parameters.model_dump_json()\n",
                "        {+await self._check(parameters)\n",
                "        +}if key is not None:\n",
                "[-            # before the checks: an accepted job stays accepted when data or models change\n",
                "-]            existing = await self._store.find_by_key(job_type, key, params)\n",
                "            if existing is not None:\n",
                "                return existing\n",
                "[-        await self._check(parameters)\n",
                "-]        return await self._store.submit(job_type, params, key=key)",
            ),
        ),
        drift(
            "request-id-of-the-api-only",
            "The client's X-Request-ID is honoured under /api/ only. /openapi.json, the docs, the page and the probes answer with an id of their own, and a proxy that traces requests by it loses them.",
            (
                "quant_engine/api/middleware.py",
                '{+        is_traced = scope["path"].startswith("/api/")\n',
                "+}        # another id could forge a log line\n",
                "        request_id = sent if {+is_traced and +}_REQUEST_ID.fullmatch(sent) else uuid4().hex",
            ),
        ),
    ),
    "a value with a second source": (
        drift(
            "months-from-their-first-close",
            "A month's return counts from its own first close and not from the last one of the month before. The months of a report no longer multiply to its total return.",
            (
                "quant_engine/backtest/report.py",
                "before = np.concatenate((equity[:1], equity[ends[:-1]{+ + 1+}]))",
            ),
        ),
    ),
    "a filter with a cursor": (
        drift(
            "cursor-or-type",
            "A cursor is ignored when jobs are listed by type: every further page of GET /api/jobs?job_type=train is the first one again, and a client that reads to the end never ends.",
            (
                "quant_engine/api/jobs/rows.py",
                "            query = query.where(jobs.c.job_type == job_type)\n",
                "        [-if-]{+elif+} before is not None:\n",
            ),
        ),
    ),
    "read, then lock": (
        drift(
            "places-counted-before-lock",
            "The places of the queue are counted before the write lock is taken. Submissions that arrive while another program holds the database are all accepted, beyond QUANT_ENGINE_MAX_QUEUED.",
            (
                "quant_engine/api/jobs/store.py",
                "        {+n_queued = await self.count(JobStatus.QUEUED)\n",
                "        +}async with self._writing() as rows:\n",
                "            if key is not None:\n",
                "                existing = await rows.find_by_key(job_type, key, params)\n",
                "                if existing is not None:\n",
                "                    return existing\n",
                "            if [-await rows.count(JobStatus.QUEUED)-]{+n_queued+} >= self._max_queued:",
            ),
        ),
    ),
    "a large input": (
        drift(
            "quality-of-the-shown-fills",
            "Only the fills that are listed are read. From the 101st fill on n_fills stays at 100, first_filled_on moves, and the mean cost is that of the newest hundred and not of all stored ones.",
            (
                "quant_engine/tracking/execution_tracker.py",
                "    query = select(execution_fills).order_by(execution_fills.c.position.desc()){+.limit(SHOWN)+}\n",
            ),
            (
                "quant_engine/tracking/execution_tracker.py",
                "        fills=fills[-[:SHOWN]-],\n",
            ),
        ),
    ),
    "a security edge": (
        drift(
            "home-keeps-its-mode",
            "A home folder that exists already keeps its mode. One that was made with mkdir, or by an image, stays open to every user of the machine, with its database, models and reports.",
            (
                "quant_engine/api/home.py",
                "            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)\n",
                "[-            self._make_private()\n",
                "-]",
            ),
        ),
    ),
    "headers and caches": (
        drift(
            "health-once-in-twenty-seconds",
            "The service answers GET /api/system/health from its last answer for 20 s. A full disk or a broken database still reads ok, and `doctor` right after a repair still reports what was repaired.",
            (
                "quant_engine/api/services/health_service.py",
                "from datetime import UTC, datetime\n",
                "{+from time import monotonic\n",
                "+}",
            ),
            (
                "quant_engine/api/services/health_service.py",
                '_WORST: tuple[Verdict, ...] = ("ok", "degraded", "failing")\n',
                "{+HEALTH_SECONDS = 20.0  #: several tabs ask at once, and the probes write to the disk\n",
                "+}",
            ),
            (
                "quant_engine/api/services/health_service.py",
                "        self._max_queued = max_queued\n",
                "{+        self._health: tuple[float, Health] | None = None\n",
                "+}",
            ),
            (
                "quant_engine/api/services/health_service.py",
                '        """Run every check; a check that raises is failing, never ok."""\n',
                "{+        if self._health is not None and monotonic() - self._health[0] < HEALTH_SECONDS:\n",
                "            return self._health[1]\n",
                "+}        results = [check for run, declared in self.checks for check in await guarded(run, declared)]\n",
                "        status = max((check.status for check in results), key=_WORST.index)\n",
                "        [-return Health(status=status, checks=results)-]{+health = Health(status=status, checks=results)\n",
                "        self._health = monotonic(), health\n",
                "        return health+}\n",
            ),
        ),
    ),
    "order and pruning": (
        drift(
            "pruned-through-the-limit",
            "After pruning, the log says that everything up to the limit is gone, and not only up to the last event that was deleted. A client that resumes in between gets `reset` and loads everything again, though none of its events is missing.",
            (
                "quant_engine/api/jobs/rows.py",
                "update(event_log).values(pruned_through=[-last-]{+newest - keep+}))",
            ),
        ),
    ),
}
