"""The results of jobs are stored under their ids, and a damaged file is an error."""

from pathlib import Path

import pytest
from pydantic_core import from_json

from contract_tests.kit.examples import REPORT, SIGNALS
from contract_tests.kit.large import large_report
from quant_engine.artifacts import PORTION_BYTES, Artifacts, StoredReport
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


def opened(home: Path, job_id: str = "job-1") -> tuple[StoredReport, int]:
    """Return a report, and the number of steps that it took."""
    steps = list(Artifacts(home).open_report(job_id))
    assert steps[:-1] == [None] * (len(steps) - 1)
    assert steps[-1] is not None
    return steps[-1], len(steps)


@pytest.mark.parametrize("n_trades", [0, 1, 2, 3_000])
def test_a_report_is_passed_on_as_it_is_stored(tmp_path: Path, n_trades: int) -> None:
    report = large_report("job-1", n_trades)
    Artifacts(tmp_path).write_report(report)
    stored, n_steps = opened(tmp_path)
    assert stored.content == report.model_dump_json().encode()
    portions = list(stored.trades())
    assert all(len(one) < 2 * PORTION_BYTES for one in portions)
    assert (len(portions) > 5) is (n_steps > 5) is (n_trades == 3_000)
    trades = [trade for portion in portions for trade in from_json(portion)]
    assert trades == [trade.model_dump(mode="json") for trade in report.trades]


@pytest.mark.parametrize("ticker", ['},{"ticker":', '"trades":[', "]}", "\\", "é\n\0", '"'])
def test_no_text_is_taken_for_the_end_of_a_trade(tmp_path: Path, ticker: str) -> None:
    report = large_report("job-1", 1_500)
    trades = [trade.model_copy(update={"ticker": ticker}) for trade in report.trades]
    report = report.model_copy(update={"trades": trades, "tickers": [ticker]})
    Artifacts(tmp_path).write_report(report)
    stored, n_steps = opened(tmp_path)
    assert stored.content == report.model_dump_json().encode()
    assert n_steps > 2
    rows = [row for portion in stored.trades() for row in from_json(portion)]
    assert [row["ticker"] for row in rows] == [ticker] * 1_500


def test_a_report_that_was_written_otherwise_has_the_same_values(tmp_path: Path) -> None:
    report = large_report("job-1", 600)
    Artifacts(tmp_path).write_report(report)
    path = tmp_path / "reports" / "job-1.json"
    content = path.read_bytes()
    fields, name, trades = content[1:-1].partition(b'"trades":')
    for other in (
        report.model_dump_json(indent=1).encode(),
        b'{"trades":[],%b' % content[1:],
        b"{%b%b,%b}" % (name, trades, fields.removesuffix(b",")),
        content.replace(b'"holding_days":10', b'"holding_days":"10"'),
        content.replace(b"},{", b"} , {"),
        content + b"\n",
    ):
        path.write_bytes(other)
        stored, _ = opened(tmp_path)
        assert from_json(stored.content) == from_json(content)
        rows = [trade for portion in stored.trades() for trade in from_json(portion)]
        assert rows == from_json(trades)


@pytest.mark.parametrize("cut", [1, 3, 1_000, 200_000])
def test_a_report_that_is_damaged_anywhere_is_never_passed_on(tmp_path: Path, cut: int) -> None:
    report = large_report("job-1", 1_500)
    Artifacts(tmp_path).write_report(report)
    path = tmp_path / "reports" / "job-1.json"
    content = path.read_bytes()
    for damaged in (
        content[:-cut],
        content[:-cut] + b"]}",
        content[: -cut - 1] + b"\xff" + content[-cut:],
        content[:-2] + b",{}]}",
        content[:-2] + b"]}]}",
        content[:-2] + b'],"other":[]}',
    ):
        path.write_bytes(damaged)
        with pytest.raises(Unavailable, match="Run the job again"):
            opened(tmp_path)


def test_a_report_that_is_missing_or_unreadable_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        opened(tmp_path)
    (tmp_path / "reports" / "job-1.json").mkdir(parents=True)
    with pytest.raises(Unavailable):
        opened(tmp_path)
