"""The costs of trading: the fee on every order, and the loss on a name that loses its price."""

DEFAULT_COST_BPS = 5.0
"""Commission, spread and slippage of a liquid large cap, per side, in basis points of the value."""

LOST_PRICE_HAIRCUT = 0.30
"""Fraction of the last price that is lost when a held name stops being priced: the mean delisting
return for bad news on NYSE and AMEX (Shumway 1997, "The Delisting Bias in CRSP Data")."""

BPS = 10_000  #: basis points in one


def fee_rate(cost_bps: float) -> float:
    """Return the fee as a fraction of traded value; ValueError unless 0 <= cost_bps < 10,000."""
    if not 0 <= cost_bps < BPS:
        raise ValueError(f"cost_bps must be at least 0 and below 10,000, not {cost_bps}")
    return cost_bps / BPS
