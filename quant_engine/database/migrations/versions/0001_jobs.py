"""Jobs and their event log."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables, and give the log its id."""
    op.create_table(
        "jobs",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("job_type", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("started_at", sa.String(32)),
        sa.Column("completed_at", sa.String(32)),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("progress_message", sa.String(200)),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("idempotency_key", sa.String(128)),
        sa.UniqueConstraint("job_id", name="uq_jobs_job_id"),
        sa.UniqueConstraint("job_type", "idempotency_key", name="uq_jobs_job_type_idempotency_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_status_position", "jobs", ["status", "position"])
    op.create_table(
        "job_events",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.UniqueConstraint("job_id", "revision", name="uq_job_events_job_id_revision"),
        sqlite_autoincrement=True,
    )
    log = op.create_table(
        "event_log",
        sa.Column("log_id", sa.String(12), primary_key=True),
        sa.Column("pruned_through", sa.Integer, nullable=False),
    )
    op.bulk_insert(log, [{"log_id": secrets.token_hex(6), "pruned_through": 0}])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("event_log")
    op.drop_table("job_events")
    op.drop_table("jobs")
