"""What jobs need to be tried again: which attempt has begun, how many were lost, and when the next one may start."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "begun": sa.Integer(),
    "lost": sa.Integer(),
    "retry_at": sa.String(32),
}


def upgrade() -> None:
    """Add the columns."""
    for name, kind in COLUMNS.items():
        op.add_column("jobs", sa.Column(name, kind))


def downgrade() -> None:
    """Drop the columns."""
    for name in COLUMNS:
        op.drop_column("jobs", name)
