"""The first round, in the service: its answers, its store and what it computes."""

from collections.abc import Mapping

from contract_tests.drift.drifts import Drift, drift

SERVICE: Mapping[str, tuple[Drift, ...]] = {
    "time zone": (
        drift(
            "freshness-by-local-day",
            "Health counts the age of the data in days of the server's time zone. For some hours a day it disagrees with data-mode, which counts in UTC.",
            (
                "quant_engine/api/services/health_service.py",
                "        manifest = await self._catalog.manifest()\n",
                "        today = [-datetime.now(UTC).date()-]{+datetime.now().astimezone().date()+}\n",
                "        return [checks.check_data_freshness",
            ),
        ),
        drift(
            "version-named-by-local-time",
            "A model version is named after local time and not after UTC. When the clocks go back, the newest version is no longer the first in the list of models.",
            (
                "quant_engine/models/trainer.py",
                'version=f"{[-now-]{+now.astimezone()+}:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}",',
            ),
        ),
    ),
    "a field ignored beside another": (
        drift(
            "survivorship-ignores-tickers",
            "A training with survivorship ignores its tickers and trains every name that was ever a member. The record still shows the tickers.",
            (
                "quant_engine/data/universe.py",
                "[-    if tickers is not None:\n        return sorted(tickers)\n-]",
                "    if full_universe:\n",
                "        return sorted(item.ticker for item in manifest.tickers)\n",
                "    return sorted(manifest.core_list[-)-]",
                "{+ if tickers is None else tickers)+}",
            ),
        ),
        drift(
            "predict-takes-last-fold",
            "A prediction uses the models of the longest horizon of its version. A client that requests 5 days gets returns over 21 days, labelled 5.",
            (
                "quant_engine/pipeline.py",
                "    newest = [-next(fold for fold in reversed(manifest.folds) if fold.horizon == horizon)-]",
                "{+manifest.folds[-1]+}\n",
            ),
        ),
    ),
    "a header or option ignored": (
        drift(
            "all-stream-empty-header-loses",
            "On the stream of all jobs an empty Last-Event-ID no longer wins over the query. A client that sends it to start again is resumed from the query.",
            (
                "quant_engine/api/routers/jobs.py",
                "    return _event_source([-\n        await streams.stream_all(",
                "last_event_id if last_event_id is not None else query_id)\n    -]",
                "{+await streams.stream_all(last_event_id or query_id)+})\n",
            ),
        ),
        drift(
            "idempotency-by-fields-that-were-sent",
            "A repeated Idempotency-Key is compared with the fields that the client sent. A repeat that spells out a default is refused as another body.",
            (
                "quant_engine/api/services/compute.py",
                "params = parameters.model_dump_json({+exclude_unset=True+})",
            ),
        ),
    ),
    "a value with a second source": (
        drift(
            "provenance-of-the-training-data",
            "The provenance of backtests and predictions has the fingerprint of the data that the model was trained on. After new prices, two different results claim the same data.",
            (
                "quant_engine/pipeline.py",
                "        data_fingerprint=[-data.fingerprint-]{+manifest.data_fingerprint+},\n",
                "        seed=manifest.seed,",
            ),
        ),
        drift(
            "hit-rate-before-costs",
            "The hit rate counts trades that were sold above their entry price, before costs. Some of the trades that it counts have a loss in the same report.",
            (
                "quant_engine/backtest/metrics.py",
                "hit_rate=sum([-trade.profit > 0-]{+trade.exit_price > trade.entry_price+} for trade in closed) ",
                "/ len(closed)[- -]{+\n            +}if closed[- -]{+\n            +}else None,",
            ),
        ),
    ),
    "a filter with a cursor": (
        drift(
            "backtests-page-of-all-jobs",
            "The list of backtests pages over all succeeded jobs and then leaves the others out. Between trainings, a page has too few items or none, although more follow.",
            (
                "quant_engine/api/services/backtests.py",
                "status=JobStatus.SUCCEEDED, job_type=[-JobType.BACKTEST-]{+None+}, limit=limit, before=before",
            ),
        ),
        drift(
            "queued-in-queue-order",
            "The list of queued jobs has the order in which they will run. Its second page repeats the first, and the rest of the queue is never listed.",
            (
                "quant_engine/api/jobs/rows.py",
                "        {+position = jobs.c.position\n",
                "        order = position.asc() if status is JobStatus.QUEUED else position.desc()\n        +}",
                "query = select(jobs).order_by([-jobs.c.position.desc()-]{+order+}).limit(limit + 1)\n",
            ),
        ),
    ),
    "read, then lock": (
        drift(
            "cancel-reads-before-lock",
            "A cancel reads the job before it waits for the write lock. A job that starts or ends in between is answered 200 as if it were cancelled, and it runs on.",
            (
                "quant_engine/api/jobs/store.py",
                "[-        async with self._writing() as rows:\n",
                "            record = await rows.get(job_id)\n",
                "            if record.status.is_final:\n",
                '                raise Conflict(f"The job is {record.status} already; there is nothing to cancel.")\n',
                "            if record.cancel_requested:\n",
                "                return record\n",
                "            is_queued = record.status is JobStatus.QUEUED\n",
                "            transition = Transition.CANCEL if is_queued else Transition.REQUEST_CANCEL\n-]",
                "{+        record = await self.get(job_id)\n",
                "        if record.status.is_final:\n",
                '            raise Conflict(f"The job is {record.status} already; there is nothing to cancel.")\n',
                "        if record.cancel_requested:\n",
                "            return record\n",
                "        is_queued = record.status is JobStatus.QUEUED\n",
                "        transition = Transition.CANCEL if is_queued else Transition.REQUEST_CANCEL\n",
                "        async with self._writing() as rows:\n+}",
                "            changed = await rows.change(transition, job_id, cancel_requested=True)\n",
            ),
        ),
        drift(
            "promotions-read-before-lock",
            "The list of promoted versions is read before the registry is locked. Of two trainings that end at once, one version is never `latest`.",
            (
                "quant_engine/models/registry.py",
                "        {+promoted = read_promotions(self.root)\n        +}with self.locked():\n",
                "            add_promotion(self.root, {+promoted, +}version)",
            ),
            (
                "quant_engine/models/promotions.py",
                "def add_promotion(root: Path, {+promoted: list[str], +}version: str) -> None:\n",
                '    """Move `version` to the end of the list; the caller holds the lock of the registry."""\n',
                "    others = [name for name in [-read_promotions(root)-]{+promoted+} if name != version]",
            ),
        ),
    ),
    "a law of a record": (
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
        ),
        drift(
            "error-of-a-single-fill",
            "The standard error of the execution cost is that of a population. It is 0 after the first fill, where it was null, and too small after the next ones.",
            (
                "quant_engine/tracking/execution_tracker.py",
                "from statistics import fmean, [-stdev-]{+pstdev+}\n",
            ),
            (
                "quant_engine/tracking/execution_tracker.py",
                "[-    several = len(fills) > 1\n-]    return ExecutionQuality(\n",
            ),
            (
                "quant_engine/tracking/execution_tracker.py",
                "standard_error_bps=[-stdev-]{+pstdev+}(shortfalls) / len(fills) ** 0.5 if ",
                "[-several-]{+fills+} else None,",
            ),
        ),
    ),
    "a large input": (
        drift(
            "hundred-strongest",
            "The record of a prediction lists 100 names and not 20. With more than about 150 tickers the record is too large, and every prediction fails.",
            (
                "quant_engine/pipeline.py",
                "STRONGEST = [-20-]{+100+}  #: signals in a job's summary",
            ),
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
        ),
    ),
    "a security edge": (
        drift(
            "host-of-the-proxy",
            "The host check believes X-Forwarded-Host. A website that rebinds its name to this machine sends `localhost` there and reads the whole API.",
            (
                "quant_engine/api/access.py",
                'values = {+headers.getlist("x-forwarded-host") or +}headers.getlist("host")\n',
            ),
        ),
        drift(
            "origin-without-port",
            "The origin of a change is compared by host name only. A page on another port of the same machine may submit and cancel jobs.",
            (
                "quant_engine/api/access.py",
                "from collections.abc import Iterable\n{+from urllib.parse import urlsplit\n+}",
            ),
            (
                "quant_engine/api/access.py",
                "origins = {[-origin.lower()-]{+urlsplit(origin).hostname+} for origin in ",
                'headers.getlist("origin")}\n',
            ),
            (
                "quant_engine/api/access.py",
                'own = {[-f"{scheme}://{headers.get(\'host\', \'\')}".lower() for scheme in ("http", "https")-]',
                "{+urlsplit(f\"//{headers.get('host', '')}\").hostname+}}\n",
            ),
        ),
    ),
    "headers and caches": (
        drift(
            "description-ignores-mtime",
            "The description of the data stays cached when a file changes in place and keeps its size. A user who corrects a day still sees the old dates and problems.",
            (
                "quant_engine/data/manifest.py",
                'line = f"{path} {status.st_size} [-{status.st_mtime_ns} -]{status.st_ino}',
            ),
        ),
        drift(
            "manifests-cached-for-ever",
            "The service keeps each model's manifest in memory. A version whose folder is damaged or restored later is answered as it was first read, until a restart.",
            (
                "quant_engine/models/manifest.py",
                "from datetime import date\n{+from functools import cache\n+}",
            ),
            (
                "quant_engine/models/manifest.py",
                "{+@cache\n+}def read_manifest(folder: Path)",
            ),
        ),
    ),
    "health": (
        drift(
            "age-of-any-source",
            "Health takes the newest version of any data source. A service without a model for its own files reports the demo model as fresh, and refuses every prediction.",
            (
                "quant_engine/api/services/health_service.py",
                "return self._registry.latest([-self._catalog.workspace.data_source-])\n",
            ),
        ),
        drift(
            "probe-takes-the-lock-only",
            "The database check takes the write lock and writes nothing. On a full disk or with a read-only file health says ok, while every submission is answered 503.",
            (
                "quant_engine/database/engine.py",
                "        async with self.writing() as connection:\n",
                "[-            # the lock alone is granted on a full disk and on a read-only connection too\n",
                '            await connection.exec_driver_sql("CREATE TABLE probe (id INTEGER)")\n-]',
                "            await connection.rollback()",
            ),
        ),
    ),
    "order and pruning": (
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
        ),
    ),
}
