"""The backtest: it turns signals and prices into trades and figures."""
