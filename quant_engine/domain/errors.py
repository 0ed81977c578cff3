"""The errors that all layers share, each with the code that a client sees.

QuantEngineError
├── NotFound            job_not_found, backtest_not_found, unknown_version
├── Refused             a request that the current data or models cannot fulfil
├── Conflict            job_already_final, job_not_final, model_in_use
├── Gone                job_deleted, report_deleted
├── QueueFull           queue_full
├── NoModel             no_model
└── Unavailable         unavailable: a dependency is down, a file cannot be read or parsed
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a request or a job failed; a closed set, one HTTP status each (`api/errors.py`)."""

    BAD_REQUEST = "bad_request"  #: the body is not strict JSON
    UNAUTHORIZED = "unauthorized"  #: the bearer token is missing or wrong
    BAD_ORIGIN = "bad_origin"  #: another site requested a change
    BAD_HOST = "bad_host"  #: the Host header names another server
    NOT_FOUND = "not_found"  #: no such route
    JOB_NOT_FOUND = "job_not_found"
    BACKTEST_NOT_FOUND = "backtest_not_found"
    UNKNOWN_VERSION = "unknown_version"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    JOB_ALREADY_FINAL = "job_already_final"
    JOB_NOT_FINAL = "job_not_final"
    MODEL_IN_USE = "model_in_use"  #: it is in force, or jobs refer to it
    JOB_DELETED = "job_deleted"  #: the key's job was deleted
    REPORT_DELETED = "report_deleted"  #: the job is kept, its report is not
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID = "invalid"  #: a field, parameter, header or cursor does not validate
    UNKNOWN_TICKER = "unknown_ticker"
    HISTORY_TOO_SHORT = "history_too_short"
    SURVIVORSHIP_UNAVAILABLE = "survivorship_unavailable"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    NO_MODEL = "no_model"  #: nothing trained yet, or not for this horizon, feature set or span
    QUEUE_FULL = "queue_full"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"  #: a dependency is down, or a file cannot be read or parsed
    WORKER_LOST = "worker_lost"  #: the job's process died too often while its code ran
    JOB_TIMEOUT = "job_timeout"  #: the job ran longer than this service allows
    JOB_ERROR = "job_error"  #: the job's code raised


class QuantEngineError(Exception):
    """An error with a code, a message that says what to do, and the request fields that caused it."""

    code: ErrorCode = ErrorCode.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode | None = None,
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields


class NotFound(QuantEngineError):
    """The resource that a request names does not exist."""

    code = ErrorCode.NOT_FOUND


class Refused(QuantEngineError):
    """The request is well-formed, but the current data or models cannot fulfil it."""

    code = ErrorCode.INVALID


class Conflict(QuantEngineError):
    """The job, or the model, is in a state that does not allow this."""

    code = ErrorCode.JOB_ALREADY_FINAL


class Gone(QuantEngineError):
    """What the request names existed and was deleted."""

    code = ErrorCode.REPORT_DELETED


class QueueFull(QuantEngineError):
    """The queue has no free place."""

    code = ErrorCode.QUEUE_FULL


class NoModel(QuantEngineError):
    """No model version fits this horizon, feature set and span."""

    code = ErrorCode.NO_MODEL


class Unavailable(QuantEngineError):
    """A file, the database or the data source is damaged, or cannot be read or written now.

    Any function that reads or writes may raise it. A docstring lists it only where the case is special.
    """

    code = ErrorCode.UNAVAILABLE
