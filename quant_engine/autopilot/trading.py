"""A cycle's paper trading: missed sessions by the earlier strategy, the last session by the current one."""

from collections.abc import Callable
from dataclasses import replace

from quant_engine.autopilot.journal import Journal
from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.autopilot.selection import HELD_OUT_SESSIONS
from quant_engine.backtest.rules import Rules
from quant_engine.data.source import Source
from quant_engine.domain.autopilot import TradeDecision
from quant_engine.domain.paper import PaperAccount
from quant_engine.domain.parameters import BacktestParameters
from quant_engine.pipeline import Signals, rules_of

Predict = Callable[[BacktestParameters], Signals]


def trade(
    journal: Journal,
    source: Source,
    predict: Predict,
    *,
    before: BacktestParameters | None,
    now: BacktestParameters | None,
) -> TradeDecision:
    """Bring the account up to the last bar.

    The strategy that was in force before trades the sessions since the previous cycle, because the
    current one was chosen with knowledge of them. An account opens with the held-out sessions of that
    choice.
    """
    if now is None:
        return TradeDecision(
            step="trade",
            outcome="nothing_in_force",
            reason="Nothing is in force, so nothing is traded.",
            as_of=None,
            n_sessions=0,
            n_fills=0,
            n_pending=0,
            equity=None,
        )
    account = journal.paper()
    signals = _with_held(predict(now), account, source)
    if account is None:
        signals = _part(signals, slice(-HELD_OUT_SESSIONS - 1, None))
    trader = PaperTrader(journal.database, journal.account)
    act = trader.trade if journal.stores else trader.preview
    if account is not None and journal.stores:
        own = account.model_version, Rules(**account.rules.model_dump())
        if before is not None and before != now:
            missed = _part(_with_held(predict(before), account, source), slice(None, -1))
            act(missed.closes, missed.predicted, rules_of(before), model_version=before.version)
        elif before is None and own != (now.version, rules_of(now)):
            # nothing was in force, so there are no entries; the account only sells what is due
            missed = _part(signals, slice(None, -1))
            nothing = missed.predicted.where(missed.predicted.isna())
            act(missed.closes, nothing, own[1], model_version=own[0])
    done = act(signals.closes, signals.predicted, rules_of(now), model_version=now.version)
    n_sessions, n_fills = journal.traded_since_last_cycle() if journal.stores else done[:2]
    return TradeDecision(
        step="trade",
        outcome="traded" if n_sessions else "nothing_new",
        reason=_reason(n_sessions, n_fills, done.equity),
        as_of=done.as_of,  # later than the last bar, if bars were removed
        n_sessions=n_sessions,
        n_fills=n_fills,
        n_pending=done.n_pending,
        equity=done.equity,
    )


def _reason(n_sessions: int, n_fills: int, equity: float) -> str:
    balance = f"the account has {equity:,.0f}."
    if not n_sessions:
        return f"There was no new session to trade; {balance}"
    sessions = "1 session was" if n_sessions == 1 else f"{n_sessions} sessions were"
    fills = "1 fill" if n_fills == 1 else f"{n_fills} fills"
    return f"{sessions} traded on paper with {fills}; {balance}"


def _with_held(signals: Signals, account: PaperAccount | None, source: Source) -> Signals:
    # a held name outside the cycle's universe needs its price; it is not bought again
    held = {position.ticker for position in account.positions} if account is not None else set()
    missing = sorted((held & set(source.bars().columns)) - set(signals.closes.columns))
    if not missing:
        return signals
    sessions, names = signals.closes.index, sorted({*signals.closes.columns, *missing})
    others = source.bars(tickers=missing).reindex(sessions)
    return replace(
        signals,
        closes=signals.closes.join(others)[names],
        predicted=signals.predicted.reindex(columns=names),
    )


def _part(signals: Signals, sessions: slice) -> Signals:
    return Signals(
        closes=signals.closes.iloc[sessions],
        predicted=signals.predicted.iloc[sessions],
        disagreement=signals.disagreement.iloc[sessions],
    )
