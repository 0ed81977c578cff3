"""What the metrics need: when each event was logged, and totals of jobs that outlive the jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column and the table; the totals begin at 0, and older events have no time."""
    op.add_column("job_events", sa.Column("logged_at", sa.String(32)))
    op.create_table(
        "job_totals",
        sa.Column("measure", sa.String(8), nullable=False),
        sa.Column("job_type", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("up_to", sa.Float, nullable=False),
        sa.Column("n_jobs", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("measure", "job_type", "outcome", "up_to", name="pk_job_totals"),
    )


def downgrade() -> None:
    """Drop the table and the column."""
    op.drop_table("job_totals")
    op.drop_column("job_events", "logged_at")
