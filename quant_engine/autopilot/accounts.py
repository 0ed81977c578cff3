"""The paper account in the database, between two sessions; each session is written in one transaction.

Access raises `DBAPIError` when the database fails, and `Unavailable` when a row is damaged.
"""

from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from quant_engine.backtest.costs import BPS
from quant_engine.database.dialect import insert as upsert
from quant_engine.database.errors import damaged
from quant_engine.database.metadata import metadata
from quant_engine.domain.paper import PaperFill, PaperOrder, PaperPosition, PaperRules
from quant_engine.domain.reports import NotNegative, Positive, Report
from quant_engine.domain.tracking import ExecutionFill
from quant_engine.tracking.execution_tracker import save_execution_quality_fill
from quant_engine.tracking.history import read_rows

paper_accounts = Table(
    "paper_accounts",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("opened_on", String(10), nullable=False),
    Column("initial_cash", Float, nullable=False),
    Column("cash", Float, nullable=False),
    Column("n_sessions", Integer, nullable=False),
    Column("last_session", String(10), nullable=False),
    Column("peak", Float, nullable=False),
    Column("closed_until", Integer, nullable=False),
    Column("rules", Text, nullable=False),  #: JSON
    Column("model_version", String(64), nullable=False),
)

paper_sessions = Table(
    "paper_sessions",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("number", Integer, primary_key=True),  #: 0 is the session on which the account opened
    Column("session", String(10), nullable=False),
    Column("cash", Float, nullable=False),
    Column("invested", Float, nullable=False),
    Column("equity", Float, nullable=False),
    Column("traded", Float, nullable=False),  #: value bought plus value sold
    UniqueConstraint("account", "session"),
)

paper_positions = Table(
    "paper_positions",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("ticker", String(12), primary_key=True),
    Column("place", Integer, nullable=False),  #: in the order of entry
    Column("shares", Float, nullable=False),
    Column("entry_number", Integer, nullable=False),
    Column("entry_date", String(10), nullable=False),
    Column("entry_price", Float, nullable=False),
    Column("predicted_return", Float, nullable=False),
    Column("last_price", Float, nullable=False),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    Column("order_id", String(64), primary_key=True),
    Column("account", String(16), nullable=False),
    Column("ticker", String(12), nullable=False),
    Column("side", String(4), nullable=False),
    Column("status", String(8), nullable=False),
    Column("decided_on", String(10), nullable=False),
    Column("decision_price", Float, nullable=False),
    Column("predicted_return", Float),
    Column("number", Integer),
    Column("filled_on", String(10)),
    Column("wanted_shares", Float),
    Column("shares", Float),
    Column("fill_price", Float),
    Column("fee", Float),
    Column("reason", String(24), nullable=False),
    Index(None, "account", "status"),
)


class PaperState(Report):
    """The account after a session: everything that the next session needs."""

    account: str
    opened_on: date
    initial_cash: Positive
    cash: NotNegative
    n_sessions: int  #: processed; the first has the number 0
    last_session: date
    peak: NotNegative  #: state of the drawdown breaker, like `closed_until`
    closed_until: int
    rules: PaperRules  #: that the pending orders were decided under
    model_version: str  #: that the pending orders were decided by
    invested: NotNegative  #: value of the positions at the last session
    equity: NotNegative
    positions: list[PaperPosition]  #: in the order of entry
    pending: list[PaperOrder]


class PaperSession(Report):
    """One session: its fills and the state after it."""

    state: PaperState
    traded: NotNegative  #: value bought plus value sold
    fills: list[PaperFill]
    cost_bps: NotNegative  #: fee that the fills paid


def read_state(connection: Connection, account: str) -> PaperState | None:
    """Return the account after its last session; None when it was never opened."""
    query = (
        select(paper_accounts, paper_sessions.c.invested, paper_sessions.c.equity)
        # outer join: an account without a session is damaged, and was opened all the same
        .outerjoin(paper_sessions, paper_sessions.c.account == paper_accounts.c.account)
        .where(paper_accounts.c.account == account)
        .order_by(paper_sessions.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    held = paper_positions
    positions = select(held).where(held.c.account == account).order_by(held.c.place)
    orders = paper_orders
    pending = _orders(account).where(orders.c.status == "pending").order_by(orders.c.ticker)
    try:
        return PaperState(
            **{**row, "rules": PaperRules.model_validate_json(row["rules"])},
            positions=read_rows(connection.execute(positions), PaperPosition, held),
            pending=read_rows(connection.execute(pending), PaperOrder, orders),
        )
    except ValidationError as error:
        raise damaged(paper_accounts) from error


def read_fills(connection: Connection, account: str) -> list[PaperFill]:
    """Return the filled orders, oldest first, those of one session by ticker."""
    table = paper_orders
    filled = _orders(account).where(table.c.status != "pending")
    rows = connection.execute(filled.order_by(table.c.number, table.c.ticker))
    return read_rows(rows, PaperFill, table)


def _orders(account: str) -> Select[Any]:
    return select(paper_orders).where(paper_orders.c.account == account)


def save_session(connection: Connection, session: PaperSession) -> None:
    """Write the changes of a session, in the caller's transaction."""
    state = session.state
    mine = {"account": state.account}
    columns = set(paper_accounts.columns.keys()) - {"rules"}
    row = state.model_dump(mode="json", include=columns) | {"rules": state.rules.model_dump_json()}
    connection.execute(
        upsert(connection, paper_accounts)
        .values(row)
        .on_conflict_do_update(index_elements=["account"], set_=row)
    )
    session_row = {
        **mine,
        "number": state.n_sessions - 1,
        "session": state.last_session.isoformat(),
        "traded": session.traded,
        **state.model_dump(include={"cash", "invested", "equity"}),
    }
    connection.execute(insert(paper_sessions).values(session_row))
    connection.execute(delete(paper_positions).where(paper_positions.c.account == state.account))
    if state.positions:
        held = [
            mine | position.model_dump(mode="json") | {"place": place}
            for place, position in enumerate(state.positions)
        ]
        connection.execute(insert(paper_positions), held)
    _save_orders(connection, session)


def _save_orders(connection: Connection, session: PaperSession) -> None:
    table, account = paper_orders, session.state.account
    # a pending order was filled, and is inserted again as filled, or it expired
    connection.execute(delete(table).where(table.c.account == account, table.c.status == "pending"))
    for orders in (session.fills, session.state.pending):
        if orders:
            rows = [order.model_dump(mode="json") | {"account": account} for order in orders]
            connection.execute(insert(table), rows)
    for fill in session.fills:
        save_execution_quality_fill(connection, _quality(account, fill, session.cost_bps))


def _quality(account: str, fill: PaperFill, cost_bps: float) -> ExecutionFill:
    worse = 1 if fill.side == "buy" else -1
    return ExecutionFill(
        account=account,
        shortfall_bps=(fill.fill_price / fill.decision_price - 1) * BPS * worse,
        cost_bps=cost_bps,
        **fill.model_dump(include=set(ExecutionFill.model_fields)),
    )
