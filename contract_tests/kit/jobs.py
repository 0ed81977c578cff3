"""Job functions for a service under test: they hold, fail, die, or ignore signals."""

import os
import signal
import time
from collections.abc import Callable
from datetime import date

from pydantic import BaseModel

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.examples import SUMMARY
from quant_engine.disk import write_whole
from quant_engine.domain.errors import NoModel
from quant_engine.domain.reports import BacktestSummary, PredictSummary, TrainSummary
from quant_engine.domain.work import Work

POLL_SECONDS = 0.005


def succeed(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Report three stages and finish."""
    for stage in range(3):
        work.progress(stage / 3, f"stage {stage}")
    return SUMMARY


def train(_parameters: BaseModel, work: Work) -> TrainSummary:
    """Finish a training at once."""
    work.progress(0.5, "half")
    return TrainSummary(
        version="v1",
        feature_mode="core",
        first_date=date(2020, 1, 2),
        last_date=date(2020, 12, 31),
        n_tickers=1,
        scores=[],
    )


def predict(_parameters: BaseModel, work: Work) -> PredictSummary:
    """Raise an error of the domain."""
    work.progress(0.1, "looking")
    raise NoModel("No model is trained yet. Run a training first.")


def hold(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Run until the file `release` is in the home."""
    work.progress(0.25, "holding")
    wait_for((work.workspace.home / "release").exists)
    return SUMMARY


def raise_error(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Raise an unexpected error."""
    work.progress(0.1, "about to fail")
    raise RuntimeError("the job's own fault")


def ignore_signals(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Ignore SIGTERM and run on."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    work.progress(0.5, "ignoring signals")
    while True:
        time.sleep(60)


def die(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """End the process with the exit code of a success."""
    work.progress(0.5, "dying")
    os._exit(0)


def report_pid(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Report the id of the process alone, and hold: a reader that comes late sees the last report."""
    work.progress(0.5, f"pid {os.getpid()}")
    wait_for((work.workspace.home / "release").exists)
    return SUMMARY


def write_slowly(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Report nine steps, write a file, and finish: half a second in which anything may be killed."""
    for step in range(1, 10):
        time.sleep(0.04)
        work.progress(step / 10, f"step {step}")
    write_whole(work.workspace.home / "written" / work.job_id, bytes(1_000_000))
    return SUMMARY


def wait_for(condition: Callable[[], bool]) -> None:
    """Return once the condition holds.

    Raises:
        TimeoutError: it hangs.
    """
    for _ in range(round(HANG_SECONDS / POLL_SECONDS)):
        if condition():
            return
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"{condition} does not hold after {HANG_SECONDS:g} s")


def report_time(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Report the time ten times; a benchmark measures how late each report arrives."""
    for step in range(10):
        time.sleep(0.02)
        work.progress(step / 10, f"{time.time():.6f}")
    return SUMMARY
