"""What the current task works for, for the lines of the service's own log."""

from contextvars import ContextVar

current_job: ContextVar[str | None] = ContextVar("current_job", default=None)  #: the id of a job
