"""The results of jobs are stored under their ids, and a damaged file is an error."""

from pathlib import Path

import pytest

from contract_tests.kit.examples import REPORT, SIGNALS
from quant_engine.artifacts import Artifacts
from quant_engine.domain.errors import ErrorCode, NotFound, Unavailable


def test_a_report_is_read_unchanged(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    artifacts.write_report(REPORT)
    assert artifacts.read_report("job-1") == REPORT
    assert [path.name for path in artifacts.reports.iterdir()] == ["job-1.json"]


def test_signals_are_read_unchanged(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    artifacts.write_signals(SIGNALS)
    assert artifacts.read_signals("job-1") == SIGNALS
    assert [path.name for path in artifacts.signals.iterdir()] == ["job-1.json"]
    with pytest.raises(NotFound):
        artifacts.read_report("job-1")


@pytest.mark.parametrize("job_id", ["other", "../job-1", "", ".", "..", "a/b", "a" * 65, "a\0"])
def test_a_missing_report_is_not_found(tmp_path: Path, job_id: str) -> None:
    Artifacts(tmp_path).write_report(REPORT)
    with pytest.raises(NotFound) as caught:
        Artifacts(tmp_path).read_report(job_id)
    assert caught.value.code is ErrorCode.BACKTEST_NOT_FOUND
    Artifacts(tmp_path).write_signals(SIGNALS)
    assert Artifacts(tmp_path).read_signals(job_id) is None


@pytest.mark.parametrize("job_id", ["../job-1", "", "a/b"])
def test_a_malformed_id_writes_no_file(tmp_path: Path, job_id: str) -> None:
    artifacts = Artifacts(tmp_path)
    with pytest.raises(ValueError, match="not a job id"):
        artifacts.write_signals(SIGNALS.model_copy(update={"job_id": job_id}))
    with pytest.raises(ValueError, match="not a job id"):
        artifacts.write_report(REPORT.model_copy(update={"job_id": job_id}))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"job_id": 1}'])
def test_a_damaged_report_is_unavailable(tmp_path: Path, content: bytes) -> None:
    artifacts = Artifacts(tmp_path)
    artifacts.write_report(REPORT)
    (artifacts.reports / "job-1.json").write_bytes(content)
    with pytest.raises(Unavailable):
        artifacts.read_report("job-1")
    artifacts.write_signals(SIGNALS)
    (artifacts.signals / "job-1.json").write_bytes(content)
    with pytest.raises(Unavailable, match="Run the job again"):
        artifacts.read_signals("job-1")


def test_a_report_that_is_a_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "reports" / "job-1.json").mkdir(parents=True)
    with pytest.raises(Unavailable) as caught:
        Artifacts(tmp_path).read_report("job-1")
    assert str(tmp_path) not in caught.value.message


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(Unavailable):
        Artifacts(tmp_path).write_report(REPORT)
