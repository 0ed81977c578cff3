"""The backtest: signals and prices in, trades and figures out."""
