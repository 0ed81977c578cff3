"""The service's own log names the request and the job of a line, as text and as JSON, without secrets."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.process import ServiceProcess
from quant_engine.api.schemas.envelope import RequestContext, request_context
from quant_engine.cli.service_log import LogFormatter, configure_logging
from quant_engine.domain.context import current_job

FIELDS = ["time", "level", "logger", "message", "request_id", "job_id", "exception"]


@pytest.fixture
def context() -> Iterator[None]:
    request = request_context.set(RequestContext("a-request", None))
    job = current_job.set("a-job")
    yield
    request_context.reset(request)
    current_job.reset(job)


def record(message: str, *arguments: Any, error: Exception | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    return logging.LogRecord("a.logger", logging.WARNING, "file.py", 1, message, arguments, info)


@pytest.mark.usefixtures("context")
def test_a_line_of_json_has_every_field() -> None:
    formatter = LogFormatter("json", ["my-own-secret"])
    error = ValueError("two\nlines of my-own-secret")
    line = formatter.format(record("it is %s, password=x\n", "my-own-secret", error=error))
    assert "\n" not in line
    shown = json.loads(line)
    assert list(shown) == FIELDS
    assert shown["time"].endswith("Z")
    assert shown["exception"] == "ValueError: two\nlines of ***"
    assert {name: shown[name] for name in FIELDS[1:-1]} == {
        "level": "warning",
        "logger": "a.logger",
        "message": "it is ***, password=***\n",
        "request_id": "a-request",
        "job_id": "a-job",
    }


def test_a_line_without_a_request_says_so() -> None:
    shown = json.loads(LogFormatter("json", []).format(record("x")))
    assert (shown["request_id"], shown["job_id"], shown["exception"]) == (None, None, None)
    assert LogFormatter("text", []).format(record("x")).endswith(" WARNING a.logger: x")


@pytest.mark.usefixtures("context")
def test_a_line_of_text_names_them_before_the_traceback() -> None:
    formatter = LogFormatter("text", ["my-own-secret"])
    line = formatter.format(record("my-own-secret", error=ValueError("Bearer abc.def")))
    first, last = line.splitlines()
    assert first.endswith("WARNING a.logger: *** request_id=a-request job_id=a-job")
    assert last == "ValueError: Bearer ***"


def test_the_format_changes_what_was_configured_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    configure_logging(logging.WARNING)
    configure_logging(logging.WARNING, "json", ["my-own-secret"])
    logging.getLogger("x").warning("my-own-secret")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "***"


def test_the_lines_of_a_service_name_the_job_and_no_secret(tmp_path: Path) -> None:
    token = "the-token-of-this-service"  # noqa: S105 - of this test
    jobs = ("backtest=speak_and_fail",)
    service = ServiceProcess(tmp_path / "home", *jobs, token=token, log_format="json")
    job = service.submit()["job_id"]
    service.follow(job)
    service.close()
    lines = [json.loads(line) for line in service.log_text().splitlines()]
    assert all(list(line) == FIELDS for line in lines)
    assert "uvicorn.error" in {line["logger"] for line in lines}
    (failed,) = [line for line in lines if line["message"].startswith("The job failed")]
    assert failed["job_id"] == job
    assert "token=***" in failed["message"]
    assert token not in service.log_text()
