"""The bodies of compute requests: the domain's parameters, under the names that HTTP gives them."""

from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)


class BacktestRequest(BacktestParameters):
    """Ask for a backtest."""


class TrainRequest(TrainParameters):
    """Ask for a new model version."""


class PredictRequest(PredictParameters):
    """Ask for the latest predictions."""


class AutopilotRequest(AutopilotParameters):
    """Ask for one research cycle."""


AnyRequest = BacktestRequest | TrainRequest | PredictRequest | AutopilotRequest
