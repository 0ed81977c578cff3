"""The folders of one home, and the results that jobs store in them under their job ids."""

import re
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from quant_engine.disk import read_whole, write_whole
from quant_engine.domain.errors import ErrorCode, NotFound, Unavailable
from quant_engine.domain.reports import BacktestReport, SignalsReport

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

Stored = TypeVar("Stored", bound=BaseModel)


class Artifacts:
    """The folders of one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.models = home / "models"
        self.reports = home / "reports"
        self.signals = home / "signals"

    def write_report(self, report: BacktestReport) -> None:
        """Store a report under its job id; an earlier report of the same job is replaced."""
        _write(self.reports, report)

    def read_report(self, job_id: str) -> BacktestReport:
        """Return the report of a finished backtest.

        Raises:
            NotFound: `backtest_not_found`.
        """
        report = _read(self.reports, job_id, BacktestReport, "the backtest's report")
        if report is None:
            raise NotFound("There is no such backtest.", code=ErrorCode.BACKTEST_NOT_FOUND)
        return report

    def write_signals(self, report: SignalsReport) -> None:
        """Store the signals of a prediction under its job id; earlier ones of the same job are replaced."""
        _write(self.signals, report)

    def read_signals(self, job_id: str) -> SignalsReport | None:
        """Return the signals of a finished prediction; None: none are stored."""
        return _read(self.signals, job_id, SignalsReport, "the prediction's signals")


def _write(folder: Path, report: BacktestReport | SignalsReport) -> None:
    if _JOB_ID.fullmatch(report.job_id) is None:
        raise ValueError(f"{report.job_id!r} is not a job id")
    write_whole(folder / f"{report.job_id}.json", report.model_dump_json().encode())


def _read(folder: Path, job_id: str, kind: type[Stored], what: str) -> Stored | None:
    # a name that is not a job id could point outside the folder
    if _JOB_ID.fullmatch(job_id) is None:
        return None
    path = folder / f"{job_id}.json"
    content = read_whole(path, what)
    if content is None:
        return None
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise Unavailable(f"{path.name}, {what}, is damaged. Run the job again.") from error
