"""The bodies of compute requests: the domain's parameters, under their names in the contract."""

from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)


class BacktestRequest(BacktestParameters):
    """Request a backtest."""


class TrainRequest(TrainParameters):
    """Request a new model version."""


class PredictRequest(PredictParameters):
    """Request the latest predictions."""


class AutopilotRequest(AutopilotParameters):
    """Request one research cycle."""


AnyRequest = BacktestRequest | TrainRequest | PredictRequest | AutopilotRequest
