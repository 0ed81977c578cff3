"""Totals of jobs for the metrics: how long they waited and ran, and how many attempts were lost.

A total rises in the transaction of the change that it counts. So it counts each change once, a restart loses none, and
it never falls when jobs are deleted. A read takes a few hundred rows, however many jobs there were.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import inf

from sqlalchemy import Float, Integer, cast, select

from quant_engine.api.jobs.models import job_totals
from quant_engine.api.schemas.jobs import AnyJob, JobType, Transition
from quant_engine.database.dialect import Insert, insert_for
from quant_engine.database.engine import Connection

#: upper bounds of the buckets of waits and durations, in seconds
BOUNDS = (0.01, 0.1, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, inf)


class Measure(StrEnum):
    """What a total counts."""

    WAITED = (
        "waited"  #: jobs that started for the first time, by the seconds since their submission
    )
    RAN = "ran"  #: jobs that ended, by the seconds since the last start; 0 where there was none
    LOST = "lost"  #: attempts whose process was lost while their code ran


class Histogram:
    """Counts values in buckets, each of which ends at a bound; the last bound is infinite."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * len(self.bounds)  #: of each bucket alone
        self.sum = 0.0

    def add(self, value: float, *, n: int = 1, total: float | None = None) -> None:
        """Count a value, or `n` values of the bucket of `value` whose sum is `total`."""
        self.counts[bisect_left(self.bounds, value)] += n
        self.sum += value if total is None else total


@dataclass(frozen=True)
class Total:
    """One bucket of one measure."""

    measure: str
    job_type: str
    outcome: str  #: status of the jobs that ended; empty for the other measures
    up_to: float  #: seconds
    n_jobs: int
    seconds: float


#: a damaged value counts as 0, and hides no other
_ALL = select(
    job_totals.c.measure,
    job_totals.c.job_type,
    job_totals.c.outcome,
    cast(job_totals.c.up_to, Float),
    cast(job_totals.c.n_jobs, Integer),
    cast(job_totals.c.seconds, Float),
)


async def count_change(connection: Connection, transition: Transition, record: AnyJob) -> None:
    """Count a change of a job, if it is a first start or an end."""
    started = record.started_at
    if transition is Transition.START and record.attempt == 1 and started is not None:
        waited = (started - record.created_at).total_seconds()
        await add(connection, Measure.WAITED, record.job_type, "", waited)
    elif transition.after.is_final:
        ran = 0.0
        if started is not None and record.completed_at is not None:
            ran = (record.completed_at - started).total_seconds()
        await add(connection, Measure.RAN, record.job_type, transition.after, ran)


async def add(
    connection: Connection, measure: Measure, job_type: JobType, outcome: str, seconds: float
) -> None:
    """Count one job."""
    # the clock of the machine may have been set back
    seconds = max(seconds, 0.0)
    up_to = BOUNDS[bisect_left(BOUNDS, seconds)]
    key = {"measure": measure, "job_type": job_type, "outcome": outcome, "up_to": up_to}
    await connection.execute(_addition(connection.dialect.name), {**key, "seconds": seconds})


@cache
def _addition(dialect: str) -> Insert:
    one = insert_for(dialect, job_totals).values(n_jobs=1)
    return one.on_conflict_do_update(
        index_elements=list(job_totals.primary_key),
        set_={
            "n_jobs": job_totals.c.n_jobs + 1,
            "seconds": job_totals.c.seconds + one.excluded.seconds,
        },
    )


async def read_totals(connection: Connection) -> tuple[Total, ...]:
    """Read every total."""
    return tuple(Total(*row) for row in (await connection.execute(_ALL)).all())
