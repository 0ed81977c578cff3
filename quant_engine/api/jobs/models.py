"""The tables of jobs, of their events, logs and totals; logged events and lines never change."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from quant_engine.api.schemas.jobs import PROGRESS_MESSAGE_LENGTH
from quant_engine.database.metadata import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of submission
    Column("job_id", String(36), nullable=False, unique=True),
    Column("job_type", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("started_at", String(32)),
    Column("completed_at", String(32)),
    Column("progress", Float, nullable=False),
    Column("progress_message", String(PROGRESS_MESSAGE_LENGTH)),
    Column("cancel_requested", Boolean, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("begun", Integer),  #: the newest attempt whose code has begun
    Column("lost", Integer),  #: attempts whose process was lost while their code ran; null: none
    Column("retry_at", String(32)),  #: a queued job does not start before it
    Column("params", Text, nullable=False),  #: JSON, every default filled in
    Column("result", Text),  #: JSON
    Column("error", Text),  #: JSON
    Column("report_deleted_at", String(32)),  #: the job is kept, its report is not
    Column("idempotency_key", String(128)),
    UniqueConstraint("job_type", "idempotency_key"),
    Index(None, "status", "position"),
    sqlite_autoincrement=True,
)

job_events = Table(
    "job_events",
    metadata,
    Column("seq", Integer, primary_key=True),  #: order of the changes of all jobs
    Column("job_id", String(36), nullable=False),
    #: which the event made; `NO_REVISION` of `deleted`
    Column("revision", Integer, nullable=False),
    Column("event", String(16), nullable=False),
    #: the JobRecord as of this event, as clients receive it; of `deleted` the job's id
    Column("record", Text, nullable=False),
    Column("logged_at", String(32)),  #: null: by a version that did not note it
    UniqueConstraint("job_id", "revision"),
    sqlite_autoincrement=True,
)

NO_REVISION = -1

#: deleted jobs that were submitted with an idempotency key, which is refused from then on
deleted_jobs = Table(
    "deleted_jobs",
    metadata,
    Column("job_id", String(36), primary_key=True),
    Column("job_type", String(16), nullable=False),
    Column("idempotency_key", String(128), nullable=False),
    UniqueConstraint("job_type", "idempotency_key"),
)

#: jobs whose files are to be removed: the job or its report was deleted
leftover_files = Table(
    "leftover_files",
    metadata,
    Column("job_id", String(36), primary_key=True),
)

event_log = Table(
    "event_log",
    metadata,
    Column(
        "log_id", String(12), primary_key=True
    ),  #: distinguishes the event ids of this database from those of another
    Column("pruned_through", Integer, nullable=False),  #: highest seq that is no longer kept
)

job_totals = Table(
    "job_totals",
    metadata,
    Column("measure", String(8), primary_key=True),
    Column("job_type", String(16), primary_key=True),
    Column("outcome", String(16), primary_key=True),  #: the status of jobs that ended, or empty
    Column("up_to", Float, primary_key=True),  #: seconds: the upper bound of a bucket
    Column("n_jobs", Integer, nullable=False),
    Column("seconds", Float, nullable=False),  #: of all these jobs together
)

job_log = Table(
    "job_log",
    metadata,
    Column("job_id", String(36), primary_key=True),
    Column(
        "line", Integer, primary_key=True, autoincrement=False
    ),  #: counts lines that are not kept too
    Column("attempt", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("level", String(8), nullable=False),
    Column("source", String(9), nullable=False),
    Column("text", Text, nullable=False),
)
