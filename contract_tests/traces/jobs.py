"""The training that is recorded while it runs, in a module that job processes import."""

import logging
import sys
import threading
import warnings
from dataclasses import replace

from quant_engine import pipeline
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.reports import TrainSummary
from quant_engine.domain.work import Work

LONG = TrainParameters(years=15, horizons=[1, 5, 10, 20, 40, 60])
FIRST_FOLD = 0.05  #: progress of a training when it fits its first model


def train(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Train; with the parameters `LONG` wait at the first fold, so that each recording cancels it there."""

    def progress(fraction: float, message: str) -> None:
        work.progress(fraction, message)
        if parameters == LONG and fraction >= FIRST_FOLD:
            threading.Event().wait()

    return pipeline.train(parameters, replace(work, progress=progress))


def train_loudly(parameters: TrainParameters, work: Work) -> TrainSummary:
    """Print, warn, log and raise, as a training does that finds an error in its own code."""
    work.progress(FIRST_FOLD, "loading")
    sys.stdout.write("20 names, 8,313 sessions\n")
    logging.getLogger("training").info("fold 1 of 12")
    logging.getLogger("training").warning("fold 2 has few rows")
    warnings.warn("a column is constant", stacklevel=1)
    sys.stderr.write("[lib] no further splits\n")
    raise ZeroDivisionError(f"no rows for horizon {parameters.horizons[0]}")
