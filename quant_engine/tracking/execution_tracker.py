"""The cost of orders: the price at the decision against the price of the fill."""

from datetime import date
from statistics import fmean, stdev
from typing import Literal

from pydantic import FiniteFloat
from sqlalchemy import Column, Connection, Float, Integer, String, Table, select

from quant_engine.database.metadata import metadata
from quant_engine.domain.reports import NotNegative, Positive, Report
from quant_engine.tracking.history import keep_newest, put_row, read_rows

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


class FillRow(Report):
    """One filled order, a row of `execution_fills`."""

    order_id: str
    account: str
    ticker: str
    side: Literal["buy", "sell"]
    decided_on: date
    filled_on: date
    decision_price: Positive
    fill_price: Positive
    shares: Positive
    shortfall_bps: FiniteFloat  #: of fill against decision; positive is worse for the account
    cost_bps: NotNegative  #: the assumed fee, which the account paid


class ExecutionSummary(Report):
    """The cost of the stored fills; None where there are too few."""

    n_fills: int
    first_filled_on: date | None
    last_filled_on: date | None
    mean_shortfall_bps: FiniteFloat | None
    standard_error_bps: FiniteFloat | None  #: of that mean
    assumed_cost_bps: FiniteFloat | None  #: mean fee
    fills: list[FillRow]  #: newest first


def save_execution_quality_fill(connection: Connection, fill: FillRow) -> None:
    """Store a fill; it replaces one of the same order.

    Raises:
        DBAPIError: it cannot be written.
    """
    put_row(connection, execution_fills, fill, key=("order_id",))
    keep_newest(connection, execution_fills, KEPT)


def get_execution_quality_summary(
    connection: Connection, *, account: str | None = None
) -> ExecutionSummary:
    """Summarise the stored fills, of one account or of all.

    The shortfall is that of Perold (1988), "The implementation shortfall", without the fee.

    Raises:
        DBAPIError: the table cannot be read.
        Unavailable: a row is damaged.
    """
    query = select(execution_fills).order_by(execution_fills.c.position.desc())
    if account is not None:
        query = query.where(execution_fills.c.account == account)
    fills = read_rows(connection.execute(query), FillRow, execution_fills)
    shortfalls = [fill.shortfall_bps for fill in fills]
    several = len(fills) > 1
    return ExecutionSummary(
        n_fills=len(fills),
        first_filled_on=min((fill.filled_on for fill in fills), default=None),
        last_filled_on=max((fill.filled_on for fill in fills), default=None),
        mean_shortfall_bps=fmean(shortfalls) if fills else None,
        standard_error_bps=stdev(shortfalls) / len(fills) ** 0.5 if several else None,
        assumed_cost_bps=fmean(fill.cost_bps for fill in fills) if fills else None,
        fills=fills[:SHOWN],
    )
