"""The jobs of the product, which a test can hold or make fail, so that every state can be shown."""

from dataclasses import replace

from e2e.steering import Steering
from quant_engine import pipeline
from quant_engine.autopilot import engine
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import BacktestSummary, PredictSummary, TrainSummary
from quant_engine.domain.work import Work


def train(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Train, unless the test holds the job or makes it fail."""
    return pipeline.train(parameters, _steered(work))


def predict(parameters: PredictParameters, work: Work) -> PredictSummary:
    """Predict, unless the test holds the job or makes it fail."""
    return pipeline.predict(parameters, _steered(work))


def backtest(parameters: BacktestParameters, work: Work) -> BacktestSummary:
    """Backtest, unless the test holds the job or makes it fail."""
    return pipeline.backtest(parameters, _steered(work))


def autopilot(parameters: AutopilotParameters, work: Work) -> AutopilotSummary:
    """Run a research cycle, unless the test holds the job or makes it fail."""
    return engine.run_cycle(parameters, _steered(work))


def _steered(work: Work) -> Work:
    steering = Steering(work.workspace.home)

    def progress(fraction: float, message: str) -> None:
        work.progress(fraction, message)
        steering.obey(fraction)

    return replace(work, progress=progress)
