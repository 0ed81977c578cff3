"""How figures are formatted: as the page does, under the names of `frontend/src/format/figures.ts`."""

PERCENT = ",.1%"  #: a fraction as percent
FINE_PERCENT = ",.2%"  #: for returns over days, which are small
SIGNED_PERCENT = "+,.2%"
RATIO = ",.2f"
COUNT = ",.0f"

METRICS = {
    "total_return": PERCENT,
    "cagr": PERCENT,
    "volatility": PERCENT,
    "sharpe": RATIO,
    "sortino": RATIO,
    "max_drawdown": PERCENT,
    "calmar": RATIO,
    "turnover": RATIO,
    "hit_rate": PERCENT,
    "n_trades": COUNT,
    "exposure": PERCENT,
}
SIGNALS = {
    "rank": COUNT,
    "predicted_return": SIGNED_PERCENT,
    "z_score": RATIO,
    "disagreement": FINE_PERCENT,
}


def figure(value: float | None, specification: str) -> str:
    """Format a figure; one that does not exist is `n/a`."""
    return "n/a" if value is None else format(value, specification)
