"""The one table of job types: what each takes, what it returns, and which function runs it."""

from collections.abc import Mapping

from quant_engine.api.jobs.worker import JobTypeSpec
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.autopilot import AutopilotSummary
from quant_engine.domain.parameters import (
    AutopilotParameters,
    BacktestParameters,
    PredictParameters,
    TrainParameters,
)
from quant_engine.domain.reports import BacktestSummary, PredictSummary, TrainSummary

JOB_TYPES: Mapping[JobType, JobTypeSpec] = {
    JobType.TRAIN: JobTypeSpec(TrainParameters, TrainSummary, "quant_engine.pipeline:train"),
    JobType.PREDICT: JobTypeSpec(
        PredictParameters, PredictSummary, "quant_engine.pipeline:predict"
    ),
    JobType.BACKTEST: JobTypeSpec(
        BacktestParameters, BacktestSummary, "quant_engine.pipeline:backtest"
    ),
    JobType.AUTOPILOT: JobTypeSpec(
        AutopilotParameters, AutopilotSummary, "quant_engine.autopilot.engine:run_cycle"
    ),
}
