"""The statement of a paper account: its state, its curve, its orders and its trades.

It loads no numpy and no pandas, because the API process imports it. Errors are those of `accounts`.
"""

from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from quant_engine.autopilot.accounts import (
    PaperState,
    paper_orders,
    paper_sessions,
    read_fills,
    read_state,
)
from quant_engine.backtest.costs import BPS, fee_rate
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.paper import PaperAccount, PaperFill, PaperPosition
from quant_engine.domain.reports import Trade

SHOWN = 200  #: fills


def read_paper(connection: Connection, account: str) -> PaperAccount | None:
    """Return the account; None when it was never opened."""
    state = read_state(connection, account)
    if state is None:
        return None
    filled = read_fills(connection, account)
    table = paper_sessions
    curve = connection.execute(
        select(table.c.session, table.c.equity)
        .where(table.c.account == account)
        .order_by(table.c.number)
    ).all()
    try:
        return PaperAccount(
            as_of=state.last_session,
            dates=[day for day, _ in curve],
            equity_curve=[equity for _, equity in curve],
            fills=filled[: -SHOWN - 1 : -1],
            trades=_trades(state, filled),
            **{name: getattr(state, name) for name in PaperAccount.model_fields.keys() & _STATE},
        )
    except (ValidationError, KeyError) as error:
        # a damaged session, or an exit or a position without its entry
        raise Unavailable(
            "The tables of the paper account contradict each other. Restore a backup with quant-engine restore."
        ) from error


_STATE = PaperState.model_fields.keys()


def count_since(connection: Connection, account: str, since: date | None) -> tuple[int, int]:
    """Return how many sessions and fills the account has had after a day; None: in all."""
    day = "" if since is None else since.isoformat()
    sessions, orders = paper_sessions.c, paper_orders.c
    counts = (
        select(func.count()).where(sessions.account == account, sessions.session > day),
        select(func.count()).where(orders.account == account, orders.filled_on > day),
    )
    n_sessions, n_fills = (connection.execute(count).scalar_one() for count in counts)
    return n_sessions, n_fills


def _trades(state: PaperState, filled: list[PaperFill]) -> list[Trade]:
    """Pair entries and exits; a name is never bought on the session that sells it."""
    bought: dict[str, PaperFill] = {}
    closed: list[tuple[PaperFill, PaperFill]] = []
    for fill in filled:
        if fill.side == "buy":
            bought[fill.ticker] = fill
        else:
            closed.append((bought.pop(fill.ticker), fill))
    closed.sort(key=lambda pair: (pair[1].number, *_entry_order(pair[0])))
    return [_closed(entry, leave) for entry, leave in closed] + [
        _open(bought[position.ticker], position, state.n_sessions - 1)
        for position in state.positions
    ]


def _entry_order(fill: PaperFill) -> tuple[int, float, str]:
    return fill.number, -(fill.predicted_return or 0.0), fill.ticker


def _closed(entry: PaperFill, leave: PaperFill) -> Trade:
    return _trade(
        entry,
        received=leave.shares * leave.fill_price - leave.fee,
        exit_date=leave.filled_on,
        exit_price=leave.fill_price,
        holding_days=leave.number - entry.number,
        exit_reason=leave.reason,
    )


def _open(entry: PaperFill, position: PaperPosition, number: int) -> Trade:
    return _trade(
        entry,
        received=position.shares * position.last_price,
        exit_date=None,
        exit_price=position.last_price,
        holding_days=number - entry.number,
        exit_reason="open",
    )


def _trade(entry: PaperFill, *, received: float, **leave: Any) -> Trade:
    value = entry.shares * entry.fill_price
    paid = value + entry.fee
    return Trade(
        ticker=entry.ticker,
        entry_date=entry.filled_on,
        entry_price=entry.fill_price,
        shares=entry.shares,
        predicted_return=entry.predicted_return,
        profit=received - paid,
        return_fraction=(received - paid) / paid,
        # from the fee, because the rate is not stored; rounding errors are far below a millionth of a
        # basis point
        cost_bps=fee_rate(round(entry.fee / value * BPS, 6)) * BPS,
        **leave,
    )
