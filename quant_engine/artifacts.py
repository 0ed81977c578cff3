"""Where models, reports and signals lie, and how a file gets there whole: half-written files are never seen."""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from quant_engine.domain.errors import ErrorCode, NotFound, Unavailable
from quant_engine.domain.reports import BacktestReport, SignalsReport

MAX_FILE_BYTES = 200_000_000  #: what is larger was not written here

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


Kept = TypeVar("Kept", bound=BaseModel)


class Artifacts:
    """The folders of one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.models = home / "models"
        self.reports = home / "reports"
        self.signals = home / "signals"

    def write_report(self, report: BacktestReport) -> None:
        """Keep a report under its job id; a report of the same job is replaced.

        Raises:
            Unavailable: the disk is full, read-only or fails.
        """
        _write(self.reports, report)

    def read_report(self, job_id: str) -> BacktestReport:
        """Return the report of a finished backtest.

        Raises:
            NotFound: `backtest_not_found`.
            Unavailable: the report cannot be read or is not a report.
        """
        report = _read(self.reports, job_id, BacktestReport, "the backtest's report")
        if report is None:
            raise NotFound("There is no such backtest.", code=ErrorCode.BACKTEST_NOT_FOUND)
        return report

    def write_signals(self, report: SignalsReport) -> None:
        """Keep the signals of a prediction under its job id; those of the same job are replaced.

        Raises:
            Unavailable: the disk is full, read-only or fails.
        """
        _write(self.signals, report)

    def read_signals(self, job_id: str) -> SignalsReport | None:
        """Return the signals of a finished prediction; None: it kept none.

        Raises:
            Unavailable: they cannot be read or are no signals.
        """
        return _read(self.signals, job_id, SignalsReport, "the prediction's signals")


def _write(folder: Path, report: BacktestReport | SignalsReport) -> None:
    if _JOB_ID.fullmatch(report.job_id) is None:
        raise ValueError(f"{report.job_id!r} is not the id of a job")
    write_whole(folder / f"{report.job_id}.json", report.model_dump_json().encode())


def _read(folder: Path, job_id: str, kind: type[Kept], what: str) -> Kept | None:
    # what is no id names no file, and none that lies elsewhere
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


def read_whole(path: Path, what: str) -> bytes | None:
    """Return a file's content, or None if it is absent.

    Raises:
        Unavailable: it is there and cannot be read; the sentence calls it `what`.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Unavailable(f"{path.name} is too large to be {what}. Remove it.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(
            f"{path.name}, {what}, cannot be read ({_reason(error)}). "
            "Check its owner and permissions, or remove it."
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that readers, and whoever comes after a crash, see the old one or the new one.

    Raises:
        Unavailable: the disk is full, read-only or fails; the old file is as it was.
    """
    with disk_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f".{path.name}.{secrets.token_hex(4)}.tmp"
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the operating system says while writing into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            sentence = (
                "The disk is full. Free some space, or move QUANT_ENGINE_HOME, and try again."
            )
        else:
            sentence = (
                f"The home folder cannot be written ({_reason(error)}). "
                "Check its permissions and the disk, and try again."
            )
        raise Unavailable(sentence) from error


def _reason(error: OSError) -> str:
    # strerror alone: str(error) would carry the absolute path onto the wire
    return error.strerror or type(error).__name__
