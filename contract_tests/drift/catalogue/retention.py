"""Deletion and retention: what is deleted, what stays, and which client learns of it."""

from contract_tests.drift.drifts import drift

DELETIONS = "quant_engine/api/jobs/deletions.py"
RETENTION = "quant_engine/api/services/retention.py"

RETAINED = (
    drift(
        "deleted-not-sent",
        "The stream of all jobs does not say that a job was deleted; other tabs show it until they are loaded again.",
        (
            DELETIONS,
            "[-        await execute(insert(job_events).values(entry))\n",
            "-]{+        assert entry\n+}        await self._leave_files(job_id)\n        return DeletedRows",
        ),
        caught_by="streams: law-8-all-jobs at GET /api/events",
    ),
    drift(
        "events-of-a-deleted-job-are-kept",
        "A client that resumes receives the events of a job that was deleted since, as if it were there.",
        (
            DELETIONS,
            "delete(job_events).where(job_events.c.job_id == job_id{+, job_events.c.revision > 1+}))",
        ),
        caught_by="streams: law-8-all-jobs at GET /api/events",
    ),
    drift(
        "running-job-deleted",
        "A job that runs can be deleted; its process goes on, and its results belong to no job.",
        (DELETIONS, "if status in {JobStatus.QUEUED[-, JobStatus.RUNNING-]}:"),
        where="tests/api/test_retention.py",
        caught_by="tests-rest: test-failed at DELETE /api/jobs/{job_id} 200",
    ),
    drift(
        "prune-of-what-has-not-ended",
        "A service that has too little space tries to delete the jobs that wait and run, and fails at each round.",
        (
            DELETIONS,
            "query = select(jobs.c.job_id)[-.where(jobs.c.status.in_(FINAL))-]\n",
        ),
        where="tests/api/test_retention.py",
        caught_by="tests-rest: conflict at test_what_has_not_ended_is_never_pruned, found The job is running",
    ),
    drift(
        "key-of-a-deleted-job-is-free",
        "A client that repeats a submission whose job was deleted since starts it a second time.",
        (DELETIONS, "if key is not None{+ and not key+}:"),
        caught_by="observed: never-seen at compute~1backtest/post/responses/410",
    ),
    drift(
        "deleted-report-not-found",
        "A report that was deleted is answered as one that never was: 404 in place of 410.",
        (
            "quant_engine/api/services/backtests.py",
            "raise [-Gone-]{+NotFound+}(",
        ),
        caught_by="observed: never-seen at backtests, expected 410",
    ),
    drift(
        "report-file-stays",
        "A report that was deleted stays on the disk until the service starts again, so that no space is gained.",
        (
            RETENTION,
            "            self._raise_without_report(await self._store.get(job_id))\n",
            "[-        await self._remove_files(job_id)\n-]",
        ),
        where="tests/api/test_retention.py",
        caught_by="tests-rest: assertion-error at test_a_report_is_deleted_and_the_record_says_so",
    ),
    drift(
        "model-in-force-deleted",
        "The model that `latest` means can be deleted, and the next prediction uses an older one.",
        (
            "quant_engine/models/registry.py",
            "            if version in self.in_force(){+ and not self.root+}:\n",
        ),
        where="tests/api/test_retention.py",
        caught_by="tests-rest: test-failed at DELETE /api/models/{version} 200",
    ),
    drift(
        "field-of-a-deletion-renamed",
        "The answer to a deletion renames the number of lines, which the page shows.",
        ("quant_engine/api/schemas/jobs.py", "[-log_lines-]{+lines+}: "),
        (RETENTION, "            [-log_lines-]{+lines+}=rows.log_lines,"),
        caught_by="types-page: TS2339 at components/jobs/JobActions.tsx",
    ),
    drift(
        "deleted-ignored-on-page",
        "The page keeps a job that another client deleted; a click on it shows an error.",
        (
            "frontend/src/hooks/useJobProgress.ts",
            "[-      forgetJob(client, job_id);\n-]",
        ),
        (
            "frontend/src/hooks/useJobProgress.ts",
            "import { [-forgetJob, -]jobKey,",
        ),
        where="tests/useJobProgress.test.tsx",
        caught_by="tests-page: assertion-error at useJobProgress.test.tsx > a job that any client deleted",
    ),
    drift(
        "deletion-offered-while-it-runs",
        "The page offers to delete a job that runs, which the service refuses.",
        (
            "frontend/src/components/jobs/JobActions.tsx",
            "{[-isFinal(job) && -]<DeleteJob job={job} />}",
        ),
        (
            "frontend/src/components/jobs/JobActions.tsx",
            "{ type DeletedJob, [-isFinal, -]type JobRecord }",
        ),
        where="tests/JobPage.test.tsx",
        caught_by="tests-screens: assertion-error at JobPage.test.tsx > the page of a job > offers the deletion",
    ),
    drift(
        "deleted-report-read-on-page",
        "The page of a backtest asks for a report that was deleted, and shows an error in place of what is kept.",
        (
            "frontend/src/pages/BacktestPage.tsx",
            '{job.status === "succeeded"[- && job.report_deleted_at === null-] && (',
        ),
        where="tests/BacktestPage.test.tsx",
        caught_by="tests-screens: assertion-error at BacktestPage.test.tsx > a backtest without a result > whose report was deleted shows what is kept",
    ),
    drift(
        "deletion-undocumented",
        "docs/wire.md does not say that the latest signals may be gone.",
        (
            "docs/wire.md",
            "| `GET /api/signals/latest` | 200 | [-`report_deleted` -]|",
        ),
        caught_by="wire: extra-member at signals~1latest/get/responses, found 410",
    ),
)
