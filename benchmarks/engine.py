"""The day loop against bt 1.4.1 on the same signals and prices: python -m benchmarks.engine."""

import time
from statistics import median

import numpy as np
import pandas as pd

from contract_tests.kit.oracle import TradeSignals, backtest
from quant_engine.backtest.engine import Rules, run

SESSIONS, ROUNDS, CAPITAL = 8313, 5, 100_000.0
RULES = Rules(10, 10, 0.01, 0.1, risk_management=False, cost_bps=5.0)


def random_market(n_names: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(n_names)
    index = pd.bdate_range("1990-01-02", periods=SESSIONS)
    names = [f"N{number:03d}" for number in range(n_names)]
    steps = random.normal(0.0002, 0.015, (SESSIONS, n_names))
    closes = pd.DataFrame(100 * np.exp(np.cumsum(steps, axis=0)), index, names)
    return closes, pd.DataFrame(random.normal(0, 0.01, steps.shape), index, names)


def time_engine(closes: pd.DataFrame, signals: pd.DataFrame) -> tuple[float, np.ndarray]:
    start = time.perf_counter()
    result = run(closes, signals, RULES, CAPITAL)
    return time.perf_counter() - start, result.equity


def time_bt(closes: pd.DataFrame, signals: pd.DataFrame) -> tuple[float, np.ndarray]:
    # The frames are unpacked and ranked before the clock starts: bt is timed, not its algo's set-up.
    algo = TradeSignals(
        closes,
        signals,
        days=RULES.holding_period,
        slots=RULES.max_positions,
        threshold=RULES.entry_threshold,
        fraction=RULES.position_size,
        risk=RULES.risk_management,
    )
    start = time.perf_counter()
    _, equity = backtest(closes, algo, cost=RULES.cost_bps / 10_000, capital=CAPITAL)
    return time.perf_counter() - start, equity


def main() -> None:
    print(f"{'names':>6} {'engine s':>9} {'bt s':>8} {'ratio':>6} {'aim':>4}  equity differs by")
    for n_names, aim in ((20, 8), (500, 25)):
        closes, signals = random_market(n_names)
        ours, theirs, apart = [], [], 0.0
        for _ in range(ROUNDS):
            seconds, equity = time_engine(closes, signals)
            ours.append(seconds)
            seconds, expected = time_bt(closes, signals)
            theirs.append(seconds)
            apart = max(apart, float(np.abs(equity / expected - 1).max()))
        ratio = median(theirs) / median(ours)
        print(
            f"{n_names:>6} {median(ours):>9.3f} {median(theirs):>8.2f} {ratio:>6.1f} {aim:>4}  {apart:.0e}"
        )


if __name__ == "__main__":
    main()
