"""The health checks of the installation: each is a function of the facts that it needs.

None of them reads anything. If reading the facts fails, the caller reports the `HealthCheck` as failing.
"""

from dataclasses import dataclass
from datetime import date

from quant_engine.api.jobs.engine import Processes
from quant_engine.api.schemas.system_health import AgeFrom, Check, ModelAge, Verdict
from quant_engine.data.manifest import DataManifest
from quant_engine.domain.models import STALE_AFTER_DAYS
from quant_engine.models.manifest import VersionManifest

DATA_STALE_AFTER_DAYS = 7  #: the longest that an exchange stays closed, and a day for the source
LOW_DISK_BYTES = 1_000_000_000  #: below it there is still time to act
NO_DISK_BYTES = 100_000_000  #: below it the next model version may not fit
QUEUE_SHARE = 0.5  #: of the places; above it more jobs arrive than finish

TRAIN = "Train again, in the model lab or with `quant-engine train`."
RUN_CYCLE = "Run a cycle, on the page Autopilot or with `quant-engine autopilot`."


@dataclass(frozen=True)
class HealthCheck:
    """One check: its name, the threshold that it applies, and how it reports a verdict."""

    name: str
    threshold: str
    unreadable_action: str  #: what to do when the facts cannot be read

    def ok(self, reason: str, action: str | None = None) -> Check:
        """Report that all is well."""
        return self._report("ok", reason, action)

    def degraded(self, reason: str, action: str) -> Check:
        """Report that something should be done."""
        return self._report("degraded", reason, action)

    def failing(self, reason: str, action: str | None = None) -> Check:
        """Report that something must be done; by default what makes the facts readable again."""
        return self._report("failing", reason, action or self.unreadable_action)

    def _report(self, status: Verdict, reason: str, action: str | None) -> Check:
        return Check(
            name=self.name, status=status, threshold=self.threshold, reason=reason, action=action
        )


DATABASE = HealthCheck(
    "database",
    "can be read and written",
    "Stop the service, then repair or restore the database file in the home directory.",
)
QUEUE = HealthCheck(
    "queue",
    f"at most {QUEUE_SHARE:.0%} of its places taken",
    "The queue is in the database: see that check.",
)
PROCESSES = HealthCheck(
    "processes",
    "at least 1 job process ready",
    "See in the log why job processes cannot start, and start the service again.",
)
DISK = HealthCheck(
    "disk",
    f"the home directory can be written, at least {LOW_DISK_BYTES / 1e9:g} GB free",
    "Check that the home directory exists and can be written, and that its disk is mounted.",
)
DATA_FRESHNESS = HealthCheck(
    "data_freshness",
    f"last bar at most {DATA_STALE_AFTER_DAYS} days old",
    "Fix the data source as the reason says.",
)
DATA_GAPS = HealthCheck(
    "data_gaps", "no problems found in the prices", DATA_FRESHNESS.unreadable_action
)
MODEL_AGE = HealthCheck(
    "model_age",
    f"at most {STALE_AFTER_DAYS} days old",
    "Restore the folder models in the home directory.",
)


def check_database() -> Check:
    """Report a database that has just answered."""
    return DATABASE.ok("It can be read and written.")


def check_queue(waiting: int, places: int) -> Check:
    """Judge how many jobs wait."""
    reason = f"{waiting} of at most {places} jobs wait."
    if waiting >= places:
        return QUEUE.failing(reason, "Wait, cancel queued jobs, or let more jobs run at once.")
    if waiting > places * QUEUE_SHARE:
        action = "More jobs arrive than finish. Cancel queued jobs, or let more jobs run at once."
        return QUEUE.degraded(reason, action)
    return QUEUE.ok(reason)


def check_processes(processes: Processes) -> Check:
    """Judge how many job processes there are, and whether they respond."""
    if processes.silent:
        return PROCESSES.degraded(
            f"{processes.silent} of {processes.alive} job processes do not respond.",
            "Cancel the running job, or set QUANT_ENGINE_JOB_TIMEOUT so that such jobs end by themselves.",
        )
    if processes.alive == 0:
        return PROCESSES.degraded(
            "No job process is ready; they start in the first seconds of a service.",
            "If this persists, see in the log why job processes cannot start.",
        )
    return PROCESSES.ok(f"{processes.alive} job processes are ready or at work.")


def check_disk(free_bytes: int) -> Check:
    """Judge the free space for models, reports and the database."""
    reason = f"{free_bytes / 1e9:.1f} GB are free."
    action = "Free some space, or move the home directory to a larger disk."
    if free_bytes < NO_DISK_BYTES:
        return DISK.failing(reason, action)
    if free_bytes < LOW_DISK_BYTES:
        return DISK.degraded(reason, action)
    return DISK.ok(reason)


def are_stale(manifest: DataManifest, today: date) -> bool:
    """Return whether the last bar is too old."""
    return (today - manifest.last_date).days > DATA_STALE_AFTER_DAYS


def check_data_freshness(manifest: DataManifest, today: date) -> Check:
    """Judge the age of the last bar; demo data always end in the past."""
    names = f"{len(manifest.tickers)} names, {manifest.first_date} to {manifest.last_date}."
    if manifest.data_mode == "demo":
        return DATA_FRESHNESS.ok(
            f"{names} Demo data end in the past, are survivorship-biased, and not for investment.",
            "Start the service with the data source `files` to use your own prices.",
        )
    reason = f"{names} The last bar is {(today - manifest.last_date).days} days old."
    if are_stale(manifest, today):
        return DATA_FRESHNESS.degraded(reason, "Add the newest prices to the data folder.")
    return DATA_FRESHNESS.ok(reason)


def check_data_gaps(manifest: DataManifest) -> Check:
    """Judge the problems that the price checks found and tolerated."""
    problems = manifest.problems
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems, the first"
        return DATA_GAPS.degraded(f"{count}: {problems[0]}", "Fix the files of the data source.")
    return DATA_GAPS.ok("The price checks found nothing.")


def no_model(relative_to: AgeFrom) -> ModelAge:
    """Return the age before the first training."""
    return ModelAge(
        version=None, trained_at=None, age_days=None, relative_to=relative_to, status="absent"
    )


def judge_age(version: VersionManifest, age_days: float, relative_to: AgeFrom) -> ModelAge:
    """Return the age of a version, and whether it is too high."""
    return ModelAge(
        version=version.version,
        trained_at=version.trained_at,
        age_days=round(age_days, 3),
        relative_to=relative_to,
        status="stale" if age_days > STALE_AFTER_DAYS else "fresh",
    )


def check_model_age(age: ModelAge) -> Check:
    """Judge the age of the model in use."""
    if age.version is None or age.age_days is None:
        action = "Train a model, in the model lab or with `quant-engine train`."
        return MODEL_AGE.degraded("No model is trained yet.", action)
    reason = f"{age.version} was trained {age.age_days:g} days ago."
    if age.relative_to == "last_bar":
        reason = (
            f"{age.version} was trained on data that end {age.age_days:g} days before the last bar."
        )
    return MODEL_AGE.degraded(reason, TRAIN) if age.status == "stale" else MODEL_AGE.ok(reason)
