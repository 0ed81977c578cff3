"""Accounts on paper for the tests: traded a day at a time, in other processes, and compared row by row."""

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from quant_engine.autopilot.ledger import read_paper
from quant_engine.autopilot.paper_trader import PaperTrader, TradingSummary
from quant_engine.backtest.rules import Rules
from quant_engine.database.blocking import BlockingDatabase
from quant_engine.domain.paper import PaperAccount
from tests.backtest.markets import market

CASH = 50_000.0
TABLES = ("paper_accounts", "paper_sessions", "paper_positions", "paper_orders", "execution_fills")

#: a process of its own: python -c OTHER database case days; waits for a line before it trades, and
#: it prints how many sessions it traded and which modules it loaded
OTHER = """
import json, pickle, sys
from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.database.blocking import BlockingDatabase

closes, signals, rules, cash = pickle.load(open(sys.argv[2], "rb"))
print("ready", flush=True)
sys.stdin.readline()
done = 0
with BlockingDatabase(sys.argv[1]) as database:
    for days in json.loads(sys.argv[3]):
        done += PaperTrader(database, "demo").trade(
            closes[:days], signals[:days], rules, model_version="v1", opening_cash=cash
        ).n_sessions
loaded = [name for name in sys.modules if name.startswith("quant_engine")]
print(json.dumps({"n_sessions": done, "loaded": loaded}))
"""


def rough_market(seed: int, n_sessions: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A market in which stops, breakers, lost prices and orders without the cash for them all happen."""
    closes, signals = market(seed, n_sessions, 7, volatility=0.04, drift=-0.004, gaps=0.02)
    # a name without any price has no prediction
    return closes, signals.where(closes.ffill().notna())


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def trade(
    file: Path,
    closes: pd.DataFrame,
    signals: pd.DataFrame,
    rules: Rules,
    days: Iterable[int] | None = None,
    **others: Any,
) -> list[TradingSummary]:
    """Trade on frames that are cut after each number of days, or on complete ones."""
    return list(trading(file, closes, signals, rules, days, **others))


def trading(
    file: Path,
    closes: pd.DataFrame,
    signals: pd.DataFrame,
    rules: Rules,
    days: Iterable[int] | None = None,
    **others: Any,
) -> Iterator[TradingSummary]:
    """Trade likewise, and stop after each cut."""
    options: dict[str, Any] = {"model_version": "v1", "opening_cash": CASH} | others
    with BlockingDatabase(url(file)) as database:
        trader = PaperTrader(database, "demo")
        for day in days if days is not None else [len(closes)]:
            cut = closes.iloc[:day].copy(), signals.iloc[:day].copy()
            yield trader.trade(*cut, rules, **options)


def start_other(
    file: Path, closes: pd.DataFrame, signals: pd.DataFrame, rules: Rules, days: Iterable[int]
) -> subprocess.Popen[str]:
    """Start a process that will trade; the frames that it gets end with its last day."""
    days = list(days)
    case = file.with_name(f"{file.stem}-{days[-1]}.pickle")
    case.write_bytes(pickle.dumps((closes[: days[-1]], signals[: days[-1]], rules, CASH)))
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, url(file), str(case), str(days)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def account(file: Path) -> PaperAccount:
    with BlockingDatabase(url(file)) as database, database.reading() as connection:
        found = read_paper(connection, "demo")
    assert found is not None
    return found


def rows(file: Path, table: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608 - our names
    connection.close()
    return found


def dump(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of the ledger."""
    return {table: rows(file, table) for table in TABLES}
