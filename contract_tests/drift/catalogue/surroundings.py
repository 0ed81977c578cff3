"""What is around the service: time zones, other writers, broken parts, and what its packages contain."""

from contract_tests.drift.drifts import drift

ROWS = "quant_engine/api/jobs/rows.py"
STORE = "quant_engine/api/jobs/store.py"
CHECKS = "quant_engine/api/services/health_checks.py"
HEALTH = "quant_engine/api/services/health_service.py"
PROJECT = "pyproject.toml"

SURROUNDINGS = (
    drift(
        "times-in-the-machine-s-zone",
        "Times of jobs are written in the zone of the machine: `+02:00` in place of `Z`.",
        (ROWS, "time = datetime.now(UTC){+.astimezone()+} + timedelta(seconds=later)"),
        caught_by="zones: local-time at quant_engine/api/jobs/rows.py:, found datetime.now(UTC).astimezone()",
    ),
    drift(
        "today-of-the-machine",
        "West of Greenwich the data of a Friday count as fresh for a day longer.",
        (
            HEALTH,
            "        today = [-datetime.now(UTC).date()-]{+date.today()+}\n        return DataModeReport(",
        ),
        (HEALTH, "from datetime import UTC, {+date, +}datetime"),
        caught_by="zones: local-time at quant_engine/api/services/health_service.py:, found date.today",
    ),
    drift(
        "cancel-reads-before-it-locks",
        "A job ends between the read and the write of its cancellation; the answer is a record without a cancellation.",
        (
            STORE,
            "        async with self.[-_writing-]{+_reading+}() as rows:\n",
            "            record = await rows.get(job_id)\n",
            "{+        async with self._writing() as rows:\n+}            if record.status.is_final:",
        ),
        caught_by="writers: lost-cancel at running job: succeed and cancel wait, expected cancel_requested",
    ),
    drift(
        "queue-is-counted-before-the-lock",
        "Two submissions both count the last free place; more jobs wait than may.",
        (
            STORE,
            "{+        n_queued = await self.count(JobStatus.QUEUED)\n+}",
            "        async with self._writing() as rows:\n            if key is not None:",
        ),
        (STORE, "if [-await rows.count(JobStatus.QUEUED)-]{+n_queued+} >= self._max_queued:"),
        caught_by="writers: queue-overfull at queued job: submit and submit wait",
    ),
    drift(
        "lock-at-the-first-write",
        "A transaction takes the write lock at its first write, so that what it read before is of another moment.",
        ("quant_engine/database/file.py", 'execution_options(begin="[-IMMEDIATE-]{+DEFERRED+}")'),
        caught_by="writers: operational-error at test_two_writers_that_wait_for_a_third",
    ),
    drift(
        "disk-at-its-limit",
        "A disk with exactly the least space counts as full; an alarm rings a byte too early.",
        (CHECKS, "if free_bytes <{+=+} NO_DISK_BYTES:"),
        caught_by="health: threshold at disk at 100000000, expected degraded, found failing",
    ),
    drift(
        "database-that-is-not-tried",
        "The check of the database says ok on a full disk, because it writes nothing.",
        (
            HEALTH,
            "        [-await self._database.probe()-]{+await self._store.count(JobStatus.QUEUED)+}",
        ),
        caught_by="broken-checks: health-says-ok at health database: , expected failing",
    ),
    drift(
        "test-helper-in-the-product",
        "A module imports a helper of the tests; the wheel does not start.",
        (
            "quant_engine/autopilot/scoring.py",
            "{+from contract_tests.kit.clock import Hang\n",
            "+}from quant_engine.domain.autopilot import ScoreDecision\n",
        ),
        caught_by="closure: not-in-the-wheel at quant_engine/autopilot/scoring.py:, found contract_tests",
    ),
    drift(
        "program-in-a-string",
        "The prices are described by code in a string, which no linter reads and the wheel cannot run.",
        (
            "quant_engine/api/services/data_catalog.py",
            '*("[--m-]{+-c+}", "{+from +}quant_engine.data.describe{+ import main; main()+}"),',
        ),
        caught_by="closure: hidden-program at quant_engine/api/services/data_catalog.py:",
    ),
    drift(
        "wheel-without-migrations",
        "The wheel lacks the migrations; an installed service cannot create its database.",
        (
            PROJECT,
            '[tool.hatch.build.targets.wheel]\n{+exclude = ["**/migrations/versions"]\n+}',
        ),
        caught_by="packages: not-shipped at wheel quant_engine/database/migrations/versions/",
    ),
    drift(
        "page-under-another-folder",
        "The build puts the page where the service does not look; an installed service has no page.",
        ("hatch_build.py", '"quant_engine", "api", "[-ui-]{+static+}"'),
        caught_by="packages: not-shipped at wheel quant_engine/api/ui/index.html",
    ),
)
