"""What deletion needs: which jobs were deleted, and when the report of a job was."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table and the column; logged records get the field that clients expect of every record."""
    op.create_table(
        "deleted_jobs",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("job_type", sa.String(16), nullable=False),
        sa.Column("idempotency_key", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_deleted_jobs"),
        sa.UniqueConstraint(
            "job_type", "idempotency_key", name="uq_deleted_jobs_job_type_idempotency_key"
        ),
    )
    op.create_table(
        "leftover_files",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_leftover_files"),
    )
    op.add_column("jobs", sa.Column("report_deleted_at", sa.String(32)))
    # no version before this one ran on Postgres
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        "UPDATE job_events SET record = json_set(record, '$.report_deleted_at', NULL) "
        "WHERE json_extract(record, '$.job_type') IN ('backtest', 'predict')"
    )


def downgrade() -> None:
    """Drop the table and the column."""
    op.execute("UPDATE job_events SET record = json_remove(record, '$.report_deleted_at')")
    op.drop_column("jobs", "report_deleted_at")
    op.drop_table("leftover_files")
    op.drop_table("deleted_jobs")
