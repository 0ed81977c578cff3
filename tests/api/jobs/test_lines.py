"""Lines are divided, bounded and cleaned the same, however they arrive."""

import pickle
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quant_engine.api.jobs.lines import (
    FIRST_LINES,
    KEPT_BYTES,
    MESSAGE_BYTES,
    NEWEST_LINES,
    Line,
    LineBuffer,
    RawLine,
    Splitter,
    clean,
    messages,
)
from quant_engine.api.schemas.job_log import LINE_LENGTH, LogLevel, LogSource

MOST = FIRST_LINES + NEWEST_LINES


def raw(content: bytes, size: int | None = None, number: int = 1) -> RawLine:
    length = len(content) if size is None else size
    return RawLine(number, 0.5, LogLevel.INFO, LogSource.STDOUT, content[:KEPT_BYTES], length)


def line(number: int, text: str = "x") -> Line:
    return Line(number, "2026-01-01T00:00:00.000000Z", LogLevel.INFO, LogSource.STDOUT, text, 0)


def split(*chunks: bytes) -> list[bytes]:
    splitter = Splitter()
    lines = [one for chunk in chunks for one in splitter.split(chunk)[0]]
    return [*lines, *splitter.end()[0]]


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_the_chunks_of_a_text_do_not_matter(text: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(text)]
    chunks = [text[a:b] for a, b in pairwise(places)]
    expected = text.split(b"\n")
    assert split(*chunks) == (expected if expected[-1] else expected[:-1])


def test_of_a_long_line_the_beginning_and_the_size_are_kept() -> None:
    splitter = Splitter()
    for _ in range(1000):
        assert splitter.split(b"y" * 10_000) == ([], 0)
    (kept, after), size = splitter.split(b"end\nafter\n")
    assert (len(kept), size, after) == (KEPT_BYTES, 10_000_003, b"after")
    cut = clean(raw(kept, size))
    assert (cut.text, cut.size) == ("y" * LINE_LENGTH, 10_000_003)


def test_what_cannot_be_printed_is_escaped() -> None:
    assert clean(raw(b"a\x00b\x1b[1mc\xff\td")).text == "a\\x00b\\x1b[1mc\\xff\td"
    assert clean(raw("ü €\u2028".encode())).text == "ü €\\u2028"
    assert clean(raw(b"10%\r90%\r\r")).text == "90%"
    assert clean(raw(b"windows\r")).text == "windows"


@given(st.binary(max_size=3 * KEPT_BYTES))
def test_any_bytes_become_a_line_that_every_reader_accepts(content: bytes) -> None:
    cleaned = clean(raw(content))
    assert len(cleaned.text) <= LINE_LENGTH
    assert not set(cleaned.text) & {"\n", "\r", "\x00"}
    cleaned.text.encode()


def test_a_secret_across_the_cut_is_hidden() -> None:
    content = b"x" * (LINE_LENGTH - 12) + b" password=hunter2hunter2"
    assert clean(raw(content)).text.endswith(" password=**")


def test_a_buffer_keeps_the_first_and_the_newest() -> None:
    buffer: LineBuffer[Line] = LineBuffer()
    for number in range(1, 5001, 7):
        buffer.add([line(one) for one in range(number, min(number + 7, 5001))])
    numbers = [one.number for one in buffer.peek(10_000)]
    assert len(buffer) == MOST
    assert numbers == [*range(1, FIRST_LINES + 1), *range(5001 - NEWEST_LINES, 5001)]


def test_a_buffer_forgets_what_was_stored() -> None:
    buffer: LineBuffer[Line] = LineBuffer()
    buffer.add([line(number) for number in range(1, 1001)])
    assert [one.number for one in buffer.peek(3)] == [1, 2, 3]
    buffer.drop(FIRST_LINES + 5)
    assert [one.number for one in buffer.peek(1)] == [FIRST_LINES + 6]
    assert len(buffer) == 1000 - FIRST_LINES - 5
    buffer.drop(1000)
    assert len(buffer) == 0


def test_messages_are_small_enough_to_be_sent_whole() -> None:
    lines = [line(number, "€" * LINE_LENGTH) for number in range(1, 20)]
    lines += [line(number) for number in range(20, 900)]
    sent = list(messages(lines))
    assert [one for message in sent for one in message.lines] == lines
    assert len(sent) < 60
    # what `Connection.send` writes with one call
    assert max(len(pickle.dumps(message)) for message in sent) < 16_384
    assert MESSAGE_BYTES < 16_384
