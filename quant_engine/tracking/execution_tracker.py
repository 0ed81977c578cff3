"""The cost of orders: the price at the decision against the price of the fill."""

from statistics import fmean, stdev

from sqlalchemy import Column, Connection, Float, Integer, String, Table, select

from quant_engine.database.metadata import metadata
from quant_engine.domain.tracking import ExecutionFill, ExecutionQuality
from quant_engine.tracking.history import put_row, read_rows

KEPT = 2_000  #: fills
SHOWN = 100  #: of them in a summary

execution_fills = Table(
    "execution_fills",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of recording
    Column("order_id", String(64), nullable=False, unique=True),
    Column("account", String(16), nullable=False),
    Column("ticker", String(12), nullable=False),
    Column("side", String(4), nullable=False),
    Column("decided_on", String(10), nullable=False),
    Column("filled_on", String(10), nullable=False),
    Column("decision_price", Float, nullable=False),
    Column("fill_price", Float, nullable=False),
    Column("shares", Float, nullable=False),
    Column("shortfall_bps", Float, nullable=False),
    Column("cost_bps", Float, nullable=False),
    sqlite_autoincrement=True,
)


def save_execution_quality_fill(connection: Connection, fill: ExecutionFill) -> None:
    """Store a fill; it replaces one of the same order."""
    put_row(connection, execution_fills, fill, key=("order_id",), kept=KEPT)


def get_execution_quality_summary(
    connection: Connection, *, account: str | None = None
) -> ExecutionQuality:
    """Summarise the stored fills, of one account or of all.

    The shortfall is that of Perold (1988), "The implementation shortfall", without the fee.
    """
    query = select(execution_fills).order_by(execution_fills.c.position.desc())
    if account is not None:
        query = query.where(execution_fills.c.account == account)
    fills = read_rows(connection.execute(query), ExecutionFill, execution_fills)
    shortfalls = [fill.shortfall_bps for fill in fills]
    several = len(fills) > 1
    return ExecutionQuality(
        n_fills=len(fills),
        first_filled_on=min((fill.filled_on for fill in fills), default=None),
        last_filled_on=max((fill.filled_on for fill in fills), default=None),
        mean_shortfall_bps=fmean(shortfalls) if fills else None,
        standard_error_bps=stdev(shortfalls) / len(fills) ** 0.5 if several else None,
        assumed_cost_bps=fmean(fill.cost_bps for fill in fills) if fills else None,
        fills=fills[:SHOWN],
    )
