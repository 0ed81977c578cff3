"""Which function does which job; named and not imported, because only job processes load numpy."""

from collections.abc import Mapping

from quant_engine.api.schemas.jobs import JobType

TARGETS: Mapping[JobType, str] = {
    JobType.TRAIN: "quant_engine.pipeline:train",
    JobType.PREDICT: "quant_engine.pipeline:predict",
    JobType.BACKTEST: "quant_engine.pipeline:backtest",
    JobType.AUTOPILOT: "quant_engine.autopilot.engine:run_cycle",
}
