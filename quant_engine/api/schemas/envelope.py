"""The envelope around every JSON response: ok, error null and a status below 400 hold together or not at all."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from quant_engine.domain.errors import ErrorCode
from quant_engine.domain.units import Milliseconds
from quant_engine.domain.work import DataMode

T = TypeVar("T")

REQUEST_ID = r"^[A-Za-z0-9._-]{1,64}$"
#: a browser takes no answer for something else than it says
NOSNIFF = ("X-Content-Type-Options", "nosniff")


class FieldError(BaseModel):
    """One request field that is wrong; `path` is dotted, such as `tickers.0` or `query.limit`."""

    path: str
    message: str


class ApiError(BaseModel):
    """What went wrong and what to do about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: ErrorCode
    message: str
    fields: list[FieldError]


class ResponseMeta(BaseModel):
    """About the response itself."""

    request_id: Annotated[str, Field(pattern=REQUEST_ID)]
    generated_at: AwareDatetime
    elapsed_ms: Milliseconds
    data_mode: DataMode | None
    warnings: list[str]


@dataclass
class RequestContext:
    """The facts of the current request for the envelope."""

    request_id: str
    data_mode: DataMode | None
    began: float = field(default_factory=perf_counter)
    warnings: list[str] = field(default_factory=list)

    def meta(self) -> ResponseMeta:
        """Return the `meta` of a response as of now."""
        return ResponseMeta(
            request_id=self.request_id,
            generated_at=datetime.now(UTC),
            elapsed_ms=round((perf_counter() - self.began) * 1000, 3),
            data_mode=self.data_mode,
            warnings=self.warnings,
        )


request_context: ContextVar[RequestContext] = ContextVar("request_context")


class ApiResponse(BaseModel, Generic[T]):
    """The envelope; only `success` and `fail` create it."""

    ok: bool
    data: T | None
    error: ApiError | None
    meta: ResponseMeta

    @staticmethod
    def success(data: Any) -> "ApiSuccess[Any]":
        """Wrap the data of a successful response."""
        return ApiSuccess(ok=True, data=data, error=None, meta=request_context.get().meta())

    @staticmethod
    def around() -> tuple[bytes, bytes]:
        """Return what a successful response has before and after its data, where these are JSON already."""
        empty = ApiResponse.success(None).model_dump_json().encode()
        before, name, after = empty.partition(b'"data":')
        return before + name, after.removeprefix(b"null")

    @staticmethod
    def fail(
        message: str,
        *,
        code: ErrorCode,
        data: Any = None,
        fields: tuple[tuple[str, str], ...] = (),
    ) -> "ApiFailure[Any]":
        """Wrap the error of a failed request; `data` is what the service knows in spite of it."""
        error = ApiError(
            code=code,
            message=message,
            fields=[FieldError(path=path, message=text) for path, text in fields],
        )
        return ApiFailure(ok=False, data=data, error=error, meta=request_context.get().meta())


class ApiSuccess(ApiResponse[T], Generic[T]):
    """The envelope of a successful response."""

    ok: Literal[True]
    data: T
    error: None


class ApiFailure(ApiResponse[T], Generic[T]):
    """The envelope of an error."""

    ok: Literal[False]
    error: ApiError
