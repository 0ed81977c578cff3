"""Everything that a job prints, warns and logs becomes lines, in real job processes."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from contract_tests.kit.jobs import SECRETS
from contract_tests.kit.serve import job_types
from quant_engine.api.jobs.lines import FIRST_LINES, Line, Printed
from quant_engine.api.jobs.process import ForkServer, JobProcess, ProcessDiedError
from quant_engine.api.jobs.worker import Call, Finished, Message, Progress, Raised
from quant_engine.api.schemas.jobs import JobType
from quant_engine.domain.work import Workspace


@pytest.fixture
async def process() -> AsyncIterator[JobProcess]:
    server = ForkServer()
    server.prepare([])
    started = await server.start()
    yield started
    await started.kill(grace=0)
    started.close()


async def run(process: JobProcess, function: str, home: Path) -> tuple[list[Line], list[Message]]:
    """Run a job; return its lines and its other messages."""
    spec = job_types(f"backtest={function}")[JobType.BACKTEST]
    call = Call(spec, "a job", "{}", Workspace(home))
    lines: list[Line] = []
    others: list[Message] = []
    try:
        async with aclosing(process.run(call)) as messages:
            async for message in messages:
                if isinstance(message, Printed):
                    lines += message.lines
                else:
                    others.append(message)
    except ProcessDiedError:
        pass
    return lines, others


async def test_every_way_to_say_something_is_captured(process: JobProcess, tmp_path: Path) -> None:
    lines, others = await run(process, "speak", tmp_path)
    spoken = [(line.source, line.level, line.text) for line in lines]
    # two pipes have no order between them, and C keeps its output for as long as it likes
    assert ("stdout", "info", "by printf") in spoken
    assert [text for source, _, text in spoken if source == "stdout" and text != "by printf"] == [
        "plain café",
        "by descriptor",
        "by a program",
        "nul \\x00 escape \\x1b[1m invalid \\xff\\xfe",
        "surrogate \\ud800 kept",
        "100%",
        "password=*** Authorization: Bearer ***",
        "no end of line",
    ]
    assert [(level, text) for source, level, text in spoken if source == "stderr"] == [
        ("warning", "to the error"),
        ("warning", "and its error"),
    ]
    assert [(level, text) for source, level, text in spoken if source == "logging"] == [
        ("debug", "spoken: at DEBUG"),
        ("info", "spoken: at INFO"),
        ("warning", "spoken: at WARNING"),
        ("error", "spoken: at ERROR"),
        ("critical", "spoken: at CRITICAL"),
        ("info", "spoken: postgres://someone:***@db.example/x"),
    ]
    (warning, *_) = [line for line in lines if line.source == "warnings"]
    assert warning.text.endswith("UserWarning: a warning")
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert isinstance(others[-1], Finished)


async def test_each_job_of_a_process_has_its_own_lines(process: JobProcess, tmp_path: Path) -> None:
    first, _ = await run(process, "speak", tmp_path)
    second, _ = await run(process, "speak", tmp_path)
    assert sorted(line.text for line in first) == sorted(line.text for line in second)


async def test_what_a_job_raised_has_its_traceback_and_no_secret(
    process: JobProcess, tmp_path: Path
) -> None:
    lines, others = await run(process, "speak_and_fail", tmp_path)
    trace = [line.text for line in lines if line.source == "traceback"]
    assert trace[0] == "Traceback (most recent call last):"
    assert trace[-1] == "RuntimeError: boom, token=***"
    assert any("in speak_and_fail" in text for text in trace)
    raised = others[-1]
    assert isinstance(raised, Raised)
    assert raised.message == (
        "The job's code raised RuntimeError: boom, token=*** (its log has the traceback)"
    )
    assert not any(secret in line.text for secret in SECRETS for line in lines)


async def test_a_line_of_10_mb_is_cut_and_says_how_long_it_is(
    process: JobProcess, tmp_path: Path
) -> None:
    lines, _ = await run(process, "print_a_long_line", tmp_path)
    assert [(line.text[:6], line.size) for line in lines] == [
        ("before", 0),
        ("xxxxxx", 10_000_000),
        ("after", 0),
    ]


async def test_a_flood_keeps_its_beginning_and_its_end(process: JobProcess, tmp_path: Path) -> None:
    (tmp_path / "flood").write_text("5")
    lines, others = await run(process, "flood", tmp_path)
    numbers = [line.number for line in lines]
    assert numbers[:FIRST_LINES] == list(range(1, FIRST_LINES + 1))
    assert numbers == sorted({*numbers})
    assert numbers[-1] == 100_000
    assert all(line.text.strip() == str(line.number - 1) for line in lines)
    assert len(lines) < 50_000
    assert isinstance(others[-1], Finished)


async def test_what_a_process_wrote_before_it_died_is_read(
    process: JobProcess, tmp_path: Path
) -> None:
    lines, others = await run(process, "print_and_abort", tmp_path)
    texts = [line.text for line in lines]
    assert texts[0] == "free(): invalid pointer"
    assert "Fatal Python error: Aborted" in texts
    assert any("in print_and_abort" in text for text in texts)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert not isinstance(others[-1], Finished | Raised)


async def test_lines_are_sent_while_the_job_runs(process: JobProcess, tmp_path: Path) -> None:
    spec = job_types("backtest=print_and_hold")[JobType.BACKTEST]
    received: list[str] = []
    async with aclosing(process.run(Call(spec, "a job", "{}", Workspace(tmp_path)))) as messages:
        async for message in messages:
            if isinstance(message, Printed):
                received += [line.text for line in message.lines]
                # it holds until this
                (tmp_path / "release").touch()
            elif isinstance(message, Progress):
                received.append("progress")
    assert sorted(received) == ["holding", "progress"]


async def test_a_job_that_is_killed_keeps_what_it_sent(process: JobProcess, tmp_path: Path) -> None:
    spec = job_types("backtest=print_and_hold")[JobType.BACKTEST]
    texts: list[str] = []
    messages = process.run(Call(spec, "a job", "{}", Workspace(tmp_path)))
    while "holding" not in texts:
        message = await anext(messages)
        if isinstance(message, Printed):
            texts += [line.text for line in message.lines]
    await process.kill(grace=0)
    with pytest.raises(ProcessDiedError):
        await anext(messages)
