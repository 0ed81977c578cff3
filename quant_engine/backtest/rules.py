"""The rules of trading; loads no numpy, so that the API process can import it."""

from dataclasses import dataclass

from quant_engine.backtest.costs import DEFAULT_COST_BPS


@dataclass(frozen=True)
class Rules:
    """The rules of trading; `BacktestParameters` has their bounds and meanings."""

    holding_period: int
    max_positions: int
    entry_threshold: float
    position_size: float
    risk_management: bool
    cost_bps: float = DEFAULT_COST_BPS  #: of traded value, on entry and on exit
