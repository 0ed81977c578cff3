"""Tables of research cycles, the paper account and the trackers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    _trackers()
    _cycles()
    _paper()


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        *("paper_orders", "paper_positions", "paper_sessions", "paper_accounts"),
        *("autopilot_strategies", "autopilot_decisions", "autopilot_cycles"),
        *("execution_fills", "disagreement_snapshots", "ic_snapshots"),
    ):
        op.drop_table(table)


def _trackers() -> None:
    op.create_table(
        "ic_snapshots",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("n_sessions", sa.Integer, nullable=False),
        sa.Column("rank_ic", sa.Float, nullable=False),
        sa.Column("rank_ic_t", sa.Float),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.UniqueConstraint(
            "version", "horizon", "as_of", name="uq_ic_snapshots_version_horizon_as_of"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "disagreement_snapshots",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("n_tickers", sa.Integer, nullable=False),
        sa.Column("disagreement", sa.Float, nullable=False),
        sa.Column("usual_disagreement", sa.Float, nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.UniqueConstraint(
            "version", "horizon", "as_of", name="uq_disagreement_snapshots_version_horizon_as_of"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "execution_fills",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("account", sa.String(16), nullable=False),
        sa.Column("ticker", sa.String(12), nullable=False),
        sa.Column("side", sa.String(4), nullable=False),
        sa.Column("decided_on", sa.String(10), nullable=False),
        sa.Column("filled_on", sa.String(10), nullable=False),
        sa.Column("decision_price", sa.Float, nullable=False),
        sa.Column("fill_price", sa.Float, nullable=False),
        sa.Column("shares", sa.Float, nullable=False),
        sa.Column("shortfall_bps", sa.Float, nullable=False),
        sa.Column("cost_bps", sa.Float, nullable=False),
        sa.UniqueConstraint("order_id", name="uq_execution_fills_order_id"),
        sqlite_autoincrement=True,
    )


def _cycles() -> None:
    op.create_table(
        "autopilot_cycles",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.String(64), nullable=False),
        sa.Column("data_source", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("completed_at", sa.String(32)),
        sa.Column("params", sa.Text, nullable=False),
        sa.UniqueConstraint("cycle_id", name="uq_autopilot_cycles_cycle_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "autopilot_decisions",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.String(64), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.UniqueConstraint("cycle_id", "step", name="uq_autopilot_decisions_cycle_id_step"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "autopilot_strategies",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.String(64), nullable=False),
        sa.Column("data_source", sa.String(16), nullable=False),
        sa.Column("promoted_at", sa.String(32), nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("cycle_id", name="uq_autopilot_strategies_cycle_id"),
        sqlite_autoincrement=True,
    )


def _paper() -> None:
    op.create_table(
        "paper_accounts",
        sa.Column("account", sa.String(16), primary_key=True),
        sa.Column("opened_on", sa.String(10), nullable=False),
        sa.Column("initial_cash", sa.Float, nullable=False),
        sa.Column("cash", sa.Float, nullable=False),
        sa.Column("n_sessions", sa.Integer, nullable=False),
        sa.Column("last_session", sa.String(10), nullable=False),
        sa.Column("peak", sa.Float, nullable=False),
        sa.Column("closed_until", sa.Integer, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("model_version", sa.String(64), nullable=False),
    )
    op.create_table(
        "paper_sessions",
        sa.Column("account", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("session", sa.String(10), nullable=False),
        sa.Column("cash", sa.Float, nullable=False),
        sa.Column("invested", sa.Float, nullable=False),
        sa.Column("equity", sa.Float, nullable=False),
        sa.Column("traded", sa.Float, nullable=False),
        sa.UniqueConstraint("account", "session", name="uq_paper_sessions_account_session"),
    )
    op.create_table(
        "paper_positions",
        sa.Column("account", sa.String(16), primary_key=True),
        sa.Column("ticker", sa.String(12), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("shares", sa.Float, nullable=False),
        sa.Column("entry_number", sa.Integer, nullable=False),
        sa.Column("entry_date", sa.String(10), nullable=False),
        sa.Column("entry_price", sa.Float, nullable=False),
        sa.Column("predicted_return", sa.Float, nullable=False),
        sa.Column("last_price", sa.Float, nullable=False),
    )
    op.create_table(
        "paper_orders",
        sa.Column("order_id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(16), nullable=False),
        sa.Column("ticker", sa.String(12), nullable=False),
        sa.Column("side", sa.String(4), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("decided_on", sa.String(10), nullable=False),
        sa.Column("decision_price", sa.Float, nullable=False),
        sa.Column("predicted_return", sa.Float),
        sa.Column("number", sa.Integer),
        sa.Column("filled_on", sa.String(10)),
        sa.Column("wanted_shares", sa.Float),
        sa.Column("shares", sa.Float),
        sa.Column("fill_price", sa.Float),
        sa.Column("fee", sa.Float),
        sa.Column("reason", sa.String(24), nullable=False),
    )
    op.create_index("ix_paper_orders_account_status", "paper_orders", ["account", "status"])
