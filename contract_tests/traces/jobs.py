"""The training that is recorded while it runs; a module of its own, because job processes import it."""

import threading
from dataclasses import replace

from quant_engine import pipeline
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.reports import TrainSummary
from quant_engine.domain.work import Work

LONG = TrainParameters(years=15, horizons=[1, 5, 10, 20, 40, 60])
FIRST_FOLD = 0.05  #: how far a training is when it fits its first model


def train(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Train; but with the parameters `LONG` wait at the first fold until the job is cancelled.

    So every recording cancels it at the same stage.
    """

    def progress(fraction: float, message: str) -> None:
        work.progress(fraction, message)
        if parameters == LONG and fraction >= FIRST_FOLD:
            threading.Event().wait()

    return pipeline.train(parameters, replace(work, progress=progress))
