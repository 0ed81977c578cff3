"""Job functions for a service under test: they hold, fail, print, die, or ignore signals."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
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


SECRETS = ("hunter2hunter2", "abcdef.123456", "pa55word")


def speak(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Print, warn and log in every way, binary output, secrets, and what the file `words` in the home has."""
    log = logging.getLogger("spoken")
    log.setLevel(logging.DEBUG)
    sys.stdout.write("plain café\n")
    sys.stderr.write("to the error\n")
    os.write(1, b"by descriptor\n")
    # buffered by C until much of it has come
    ctypes.CDLL(None).printf(b"by printf\n")
    subprocess.run(["/bin/sh", "-c", "echo by a program; echo and its error >&2"], check=True)
    os.write(1, b"nul \x00 escape \x1b[1m invalid \xff\xfe\n")
    sys.stdout.write("surrogate \ud800 kept\n")
    sys.stdout.write("10%\r50%\r100%\r\n")
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        log.log(level, "at %s", logging.getLevelName(level))
    warnings.warn("a warning", stacklevel=1)
    words = work.workspace.home / "words"
    if words.exists():
        sys.stdout.write(f"{words.read_text()}\n")
    sys.stdout.write(f"password={SECRETS[0]} Authorization: Bearer {SECRETS[1]}\n")
    log.info("postgres://someone:%s@db.example/x", SECRETS[2])
    work.progress(0.5, "spoken")
    ctypes.CDLL(None).fflush(None)
    sys.stdout.write("no end of line")
    return SUMMARY


def speak_and_fail(parameters: BaseModel, work: Work) -> BacktestSummary:
    """Speak, and raise."""
    speak(parameters, work)
    raise RuntimeError(f"boom, token={SECRETS[0]}")


def print_a_long_line(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Print a line of 10 MB between two short ones."""
    work.progress(0.5, "printing")
    sys.stdout.write("before\n" + 10_000_000 * "x" + "\nafter\n")
    return SUMMARY


def flood(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Print 1 GB, or as many megabytes as the file `flood` in the home says, in lines of 50 characters."""
    file = work.workspace.home / "flood"
    megabytes = int(file.read_text()) if file.exists() else 1000
    work.progress(0.5, "flooding")
    for number in range(20_000 * megabytes):
        sys.stdout.write(f"{number:>49}\n")
    return SUMMARY


def print_and_abort(_parameters: BaseModel, work: Work) -> BacktestSummary:
    """Print, and end the process as a C library does that finds an error."""
    work.progress(0.5, "aborting")
    os.write(2, b"free(): invalid pointer\n")
    os.abort()


def print_and_hold(parameters: BaseModel, work: Work) -> BacktestSummary:
    """Print a line, and hold."""
    sys.stdout.write("holding\n")
    return hold(parameters, work)
