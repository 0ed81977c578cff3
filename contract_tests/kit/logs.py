"""Lines of a job's log, written by hand."""

from quant_engine.api.jobs.lines import Line
from quant_engine.api.schemas.job_log import LogLevel, LogSource


def lines(first: int = 1) -> list[Line]:
    """Return lines of every level and of every source; one of them was lost."""
    at, sources = "2026-01-02T09:00:00.000000Z", list(LogSource)
    return [
        Line(first + n + (n > 1), at, level, sources[n % len(sources)], f"at {level}", 0)
        for n, level in enumerate(LogLevel)
    ]
