"""The service's own log: lines with the request and the job that they belong to, without secrets."""

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from quant_engine.api.schemas.envelope import request_context
from quant_engine.domain.context import current_job
from quant_engine.domain.redaction import Redactor

Format = Literal["text", "json"]

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class LogFormatter(logging.Formatter):
    """Formats a line as text, or as one JSON object; either has no secret."""

    def __init__(self, form: Format, secrets: Iterable[str | None]) -> None:
        super().__init__(TEXT)
        self._form = form
        self._redact = Redactor(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the library
        """Return the first line of the text; its traceback follows."""
        context = ((name, value) for name, value in _context().items() if value is not None)
        return super().formatMessage(record) + "".join(
            f" {name}={value}" for name, value in context
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole line."""
        if self._form == "text":
            return self._redact(super().format(record))
        exception = self.formatException(record.exc_info) if record.exc_info else None
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(record.getMessage()),
            **_context(),
            "exception": exception and self._redact(exception),
        }
        # ASCII, so that every reader accepts it
        return json.dumps(line)


def _context() -> dict[str, str | None]:
    request = request_context.get(None)
    return {
        "request_id": None if request is None else request.request_id,
        "job_id": current_job.get(),
    }


def configure_logging(
    level: int, form: Format = "text", secrets: Iterable[str | None] = ()
) -> None:
    """Log to stderr; stdout is for the output of commands. A second call changes the first."""
    root = logging.getLogger()
    ours = [one for one in root.handlers if isinstance(one.formatter, LogFormatter)]
    if not root.handlers:
        ours = [logging.StreamHandler(sys.stderr)]
        root.addHandler(ours[0])
        root.setLevel(level)
    for handler in ours:
        handler.setFormatter(LogFormatter(form, secrets))
