"""The folders of one home, and the results that jobs store in them under their job ids."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from quant_engine.disk import read_whole, remove_file, write_whole
from quant_engine.domain.errors import ErrorCode, NotFound, Unavailable
from quant_engine.domain.reports import BacktestReport, SignalsReport, Trade

PORTION_BYTES = 100_000  #: of JSON, which is checked in some milliseconds

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_REPORT = "the backtest's report"
_TRADES = b'"trades":['  #: the last field of a report, as pydantic writes it
#: between two trades; no text has it, where a quote has a backslash before it
_BETWEEN_TRADES = f'}},{{"{next(iter(Trade.model_fields))}":'.encode()
_LIST_OF_TRADES = TypeAdapter(list[Trade])

Stored = TypeVar("Stored", bound=BaseModel)


class StoredReport:
    """A backtest's report as JSON, for one who passes it on.

    A report may have tens of megabytes, and a parser keeps Python's other threads waiting, so it is never parsed whole.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._begin = content.find(_TRADES) + len(_TRADES)

    def trades(self) -> Iterator[bytes]:
        """Give the trades in order, as JSON lists of some of them."""
        begin = self._begin
        while (end := self.content.find(_BETWEEN_TRADES, begin + PORTION_BYTES)) >= 0:
            yield b"[%b]" % self.content[begin : end + 1]
            begin = end + 2
        yield b"[%b]" % self.content[begin : -len("]}")]

    def check(self) -> Iterator[None]:
        """Check the report in steps.

        Raises:
            ValueError: it is no report, or is not written as pydantic writes it.
        """
        if _TRADES not in self.content or not self.content.endswith(b"]}"):
            raise ValueError("the last field is not the list of trades")
        BacktestReport.model_validate_json(b"%b]}" % self.content[: self._begin], strict=True)
        yield
        for trades in self.trades():
            _LIST_OF_TRADES.validate_json(trades, strict=True)
            yield


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
        return _parsed(self._report(job_id), job_id, BacktestReport, _REPORT)

    def open_report(self, job_id: str) -> Iterator[StoredReport | None]:
        """Read a finished backtest's report and check it in short steps; the last one gives it, the others None.

        Raises:
            NotFound: `backtest_not_found`.
        """
        content = self._report(job_id)
        report = StoredReport(content)
        try:
            for _ in report.check():
                yield None
        except ValueError:
            # damaged, or written by someone else: it is parsed whole
            parsed = _parsed(content, job_id, BacktestReport, _REPORT)
            report = StoredReport(parsed.model_dump_json().encode())
        yield report

    def _report(self, job_id: str) -> bytes:
        content = _content(self.reports, job_id, _REPORT)
        if content is None:
            raise NotFound("There is no such backtest.", code=ErrorCode.BACKTEST_NOT_FOUND)
        return content

    def write_signals(self, report: SignalsReport) -> None:
        """Store the signals of a prediction under its job id; earlier ones of the same job are replaced."""
        _write(self.signals, report)

    def read_signals(self, job_id: str) -> SignalsReport | None:
        """Return the signals of a finished prediction; None: none are stored."""
        what = "the prediction's signals"
        content = _content(self.signals, job_id, what)
        return None if content is None else _parsed(content, job_id, SignalsReport, what)

    def size(self, job_id: str) -> int:
        """Return the bytes of a job's files."""
        if _JOB_ID.fullmatch(job_id) is None:
            return 0
        files = (folder / f"{job_id}.json" for folder in (self.reports, self.signals))
        return sum(file.stat().st_size for file in files if file.is_file())

    def delete(self, job_id: str) -> "Deleted":
        """Remove the report and the signals of a job, where there are any."""
        return Deleted(
            report=_remove(self.reports, job_id),
            signals=_remove(self.signals, job_id),
        )


@dataclass(frozen=True)
class Deleted:
    """Which files of a job were removed."""

    report: bool
    signals: bool


def _write(folder: Path, report: BacktestReport | SignalsReport) -> None:
    if _JOB_ID.fullmatch(report.job_id) is None:
        raise ValueError(f"{report.job_id!r} is not a job id")
    write_whole(folder / f"{report.job_id}.json", report.model_dump_json().encode())


def _content(folder: Path, job_id: str, what: str) -> bytes | None:
    # a name that is not a job id could point outside the folder
    if _JOB_ID.fullmatch(job_id) is None:
        return None
    return read_whole(folder / f"{job_id}.json", what)


def _parsed(content: bytes, job_id: str, kind: type[Stored], what: str) -> Stored:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise Unavailable(f"{job_id}.json, {what}, is damaged. Run the job again.") from error


def _remove(folder: Path, job_id: str) -> bool:
    return _JOB_ID.fullmatch(job_id) is not None and remove_file(folder / f"{job_id}.json")
