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
    ),
    "a header or option ignored": (
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
    ),
    "a law of a record": (
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
                "origins = [[-origin.lower()-]{+urlsplit(origin).hostname+} for origin in ",
                'headers.getlist("origin")]\n',
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
            "probe-takes-the-lock-only",
            "The database check takes the write lock and writes nothing. On a full disk or with a read-only file health says ok, while every submission is answered 503.",
            (
                "quant_engine/database/file.py",
                "        async with self.writing() as connection:\n",
                "[-            # the lock alone is granted on a full disk and on a read-only connection too\n",
                '            await connection.exec_driver_sql("CREATE TABLE probe (id INTEGER)")\n-]',
                "            await connection.rollback()",
            ),
        ),
    ),
}
