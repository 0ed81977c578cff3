"""How signals are traded; it loads no numpy, so that whoever only tells of trades can name it."""

from dataclasses import dataclass

from quant_engine.backtest.costs import DEFAULT_COST_BPS


@dataclass(frozen=True)
class Rules:
    """How signals are traded; bounds and meanings are those of `BacktestParameters`."""

    holding_period: int
    max_positions: int
    entry_threshold: float
    position_size: float
    risk_management: bool
    cost_bps: float = DEFAULT_COST_BPS  #: of traded value, on entry and on exit
