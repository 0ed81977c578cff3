"""A trader that is killed leaves each session complete or absent, and two at once trade each session once."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.backtest.engine import Rules
from quant_engine.database.blocking import BlockingDatabase

from . import paper

RULES = Rules(3, 4, 0.0, 0.4, risk_management=True, cost_bps=7.3)
SESSION = 19  #: one with sales, purchases and orders for the next

#: trades copies of a database, each in a child that dies after one statement more than the one before,
#: the commits counted, until a child gets to the end; prints how each child ended
KILLED = """
import json, os, pickle, shutil, signal, sys
import sqlalchemy as sa
from quant_engine.autopilot.paper_trader import PaperTrader
from quant_engine.database.blocking import BlockingDatabase

closes, signals, rules, cash = pickle.load(open(sys.argv[2], "rb"))

def count(left):
    def one(*_rest):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sa.event.listen(sa.engine.Engine, "after_cursor_execute", one)
    sa.event.listen(sa.engine.Engine, "commit", one)

ends = []
while not ends or ends[-1]:
    file = sys.argv[1].replace(".db", f"-{len(ends) + 1}.db")
    shutil.copy(sys.argv[1], file)
    child = os.fork()
    if not child:
        with BlockingDatabase("sqlite:///" + file) as database:
            count(len(ends) + 1)
            PaperTrader(database, "demo").trade(
                closes, signals, rules, model_version="v1", opening_cash=cash
            )
        os._exit(0)
    ends.append(os.WTERMSIG(os.waitpid(child, 0)[1]))
print(json.dumps(ends))
"""


def test_a_trader_that_is_killed_after_any_statement_resumes(file: Path) -> None:
    closes, signals = paper.rough_market(0)
    closes, signals = closes[: SESSION + 1], signals[: SESSION + 1]
    paper.trade(file, closes, signals, RULES, [SESSION])
    before = paper.dump(file)
    alone = Path(shutil.copy(file, file.with_name("alone.db")))
    paper.trade(alone, closes, signals, RULES)
    whole = paper.dump(alone)
    filled = {row["side"] for row in whole["paper_orders"] if row["number"] == SESSION}
    assert filled == {"buy", "sell"}
    case = file.with_name("case.pickle")
    case.write_bytes(pickle.dumps((closes, signals, RULES, paper.CASH)))
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(case)],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # a fork of one thread
    )
    *killed, finished = json.loads(child.stdout)
    assert (set(killed), finished) == ({signal.SIGKILL}, 0)
    assert len(killed) > 15
    for number in range(1, len(killed) + 1):
        left = file.with_name(f"quant_engine-{number}.db")
        assert paper.dump(left) == before
        paper.trade(left, closes, signals, RULES)
        assert paper.dump(left) == whole


class Overtaken(BlockingDatabase):
    """Another trader gets the lock first, once."""

    def __init__(self, file: Path, other: Callable[[], object]) -> None:
        super().__init__(paper.url(file))
        self._others = [other]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self._others:
            self._others.pop()()
        with super().writing() as connection:
            yield connection


@pytest.mark.parametrize("opened", [0, 5])
@pytest.mark.parametrize("other_end", [30, 60])
def test_a_trader_continues_where_a_faster_one_stopped(
    tmp_path: Path, opened: int, other_end: int
) -> None:
    closes, signals = paper.rough_market(4)
    alone, shared = tmp_path / "alone.db", tmp_path / "shared.db"
    paper.trade(alone, closes, signals, RULES)
    paper.trade(shared, closes, signals, RULES, [opened] if opened else [])
    other = partial(paper.trade, shared, closes, signals, RULES, [other_end])
    with Overtaken(shared, other) as database:
        done = PaperTrader(database, "demo").trade(
            closes, signals, RULES, model_version="v1", opening_cash=paper.CASH
        )
    assert done.n_sessions == len(closes) - other_end
    assert paper.dump(shared) == paper.dump(alone)


def test_two_processes_at_once_trade_each_session_once(tmp_path: Path) -> None:
    closes, signals = paper.rough_market(4)
    rules = replace(RULES, risk_management=False)
    alone, shared = tmp_path / "alone.db", tmp_path / "shared.db"
    paper.trade(alone, closes, signals, rules)
    both = [paper.start_other(shared, closes, signals, rules, [len(closes)]) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [json.loads(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(each["n_sessions"] for each in results) == len(closes)
    assert paper.dump(shared) == paper.dump(alone)
