"""What keeps a service running: backups, codings and metrics, and the pages and the dashboard that describe them."""

from contract_tests.drift.drifts import drift

CODINGS = "quant_engine/api/codings.py"
METRICS = "quant_engine/api/metrics.py"
SAVE = "quant_engine/backup/snapshot.py"

OPERATED = (
    drift(
        "backup-without-signals",
        "A backup leaves out the signals of predictions, and says that it is complete.",
        (SAVE, '"backtest": "reports"[-, "predict": "signals"-]}'),
        where="tests/backup/test_save.py",
        caught_by="tests-rest: assertion-error at test_a_backup_has_what_the_home_has",
    ),
    drift(
        "restored-log-keeps-its-id",
        "A restored database has the id of the old event log: a page that resumes takes new events for those it has.",
        (
            "quant_engine/backup/restore.py",
            "[-            renew_log_id(owned.restoring)\n-]",
        ),
        (
            "quant_engine/backup/restore.py",
            "[-from quant_engine.backup.snapshot import renew_log_id\n-]",
        ),
        where="tests/backup/test_restore.py",
        caught_by="tests-rest: assertion-error at test_a_restored_home_is_complete_and_private",
    ),
    drift(
        "checksums-under-another-name",
        "A backup has its checksums under another name than docs/backup.md, whose command to check one fails.",
        ("quant_engine/backup/record.py", '"SHA256SUMS{+.txt+}", "quant_engine.db"'),
        where="tests/cli/test_backup.py",
        caught_by="documents: assertion-error at test_every_command_of_the_page_works",
    ),
    drift(
        "vary-lost",
        "Compressed answers have no `Vary`: a cache sends gzip to a client that cannot read it.",
        (CODINGS, "[-    headers.setdefault(*VARY)\n-]"),
        caught_by="codings: vary-wrong at GET /, expected Accept-Encoding",
    ),
    drift(
        "stream-compressed",
        "Event streams are compressed, so that an event leaves when the buffer is full.",
        (CODINGS, '"application/json", "text/csv", {+"text/event-stream", +}"text/html"'),
        caught_by="stream-laws: law-headers at events, found gzip",
    ),
    drift(
        "one-tag-for-all-codings",
        "A file has one ETag in all its codings: a client that kept gzip gets 304 for brotli.",
        (
            "quant_engine/api/page.py",
            'f\'{self.headers["etag"][:-1]}[--{coding}-]"\'',
        ),
        caught_by="codings: etag-shared at GET /assets/",
    ),
    drift(
        "metric-loses-a-label",
        "The durations of jobs lose their outcome: the dashboard shows no failures, and the alert never fires.",
        (METRICS, 'labels=["job_type"[-, "outcome"-]],'),
        (METRICS, "durations.add_metric([job_type[-, outcome-]], _cumulated"),
        where="tests/api/test_metrics_dashboard.py",
        caught_by="documents: assertion-error at test_an_expression_reads_what_is_exposed",
    ),
    drift(
        "request-durations-in-ms",
        "The durations of requests are counted in milliseconds under a name that ends in _seconds.",
        (
            METRICS,
            "seconds = [-time.perf_counter() - began-]{+(time.perf_counter() - began) * 1000+}",
        ),
        where="tests/api/test_metrics_dashboard.py",
        caught_by="documents: assertion-error at test_no_more_seconds_are_counted_than_passed",
    ),
    drift(
        "log-streams-uncounted",
        "The streams of logs are in no metric, so no graph shows what holds the connections.",
        (
            "quant_engine/api/services/job_log.py",
            "with [-self._counted(StreamKind.LOG), -]notifier.topic(job_id) as topic:",
        ),
        where="tests/api/test_metrics.py",
        caught_by="tests-rest: assertion-error at test_streams_of_logs_are_counted_apart",
    ),
    drift(
        "dashboard-in-another-unit",
        "A panel of the dashboard shows seconds as milliseconds.",
        (
            "docs/grafana.json",
            '"description": "Of the jobs that started in the last six hours.",\n',
            '   "datasource": {\n    "type": "prometheus",\n    "uid": "${datasource}"\n   },\n',
            '   "fieldConfig": {\n    "defaults": {\n     "unit": "{+m+}s",',
        ),
        where="tests/api/test_metrics_dashboard.py",
        caught_by="documents: assertion-error at test_each_panel_has_the_unit_of_its_metrics",
    ),
    drift(
        "alert-on-another-outcome",
        "The alert on jobs that fail selects an outcome that no job has, and never fires.",
        ("docs/metrics.md", 'outcome="[-failed-]{+error+}"'),
        where="tests/api/test_metrics_dashboard.py",
        caught_by="documents: assertion-error at test_an_expression_reads_what_is_exposed",
    ),
    drift(
        "signals-read-on-the-loop",
        "The file of the latest signals is read on the event loop: a slow disk stops every other request.",
        (
            "quant_engine/api/services/signals.py",
            "report = [-await asyncio.to_thread(self._artifacts.read_signals, record.job_id)-]{+self._artifacts.read_signals(record.job_id)+}\n",
        ),
        caught_by="tests-api: assertion-error at test_the_event_loop_does_not_wait_for_the_disk",
    ),
)
