"""A stream's bytes are parsed as every browser parses them."""

import pytest

from wirelaw.running.sse import Frame, Parser, parse


@pytest.mark.parametrize(
    ("content", "frames"),
    [
        # the space after the colon is optional, and lines of data are joined
        (b"event:done\nid:3\ndata: a\ndata: b\n\n", [Frame(id="3", event="done", data="a\nb")]),
        (b"data:  two spaces\n\n", [Frame(data=" two spaces")]),
        (b"data: a: b\n\n", [Frame(data="a: b")]),
        (b"data\n\n", [Frame(data="")]),
        (b"event: a\nevent: b\ndata\n\n", [Frame(event="b", data="")]),
        # ends of lines
        (b"data: a\r\rdata: b\r\r", [Frame(data="a"), Frame(data="b")]),
        (b"data: a\r\n\r\ndata: b\n\r\n", [Frame(data="a"), Frame(data="b")]),
        (b"\n\n\ndata: a\n\n\n\n", [Frame(data="a")]),
        # a byte order mark, once and at the start
        (b"\xef\xbb\xbfdata: a\n\n", [Frame(data="a")]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", [Frame(unknown=("\ufeffdata",))]),
        # ids
        (b"id: 7\n\n", [Frame(id="7")]),
        (b"id\n\n", [Frame(id="")]),
        (b"id: 1\nid: a\0b\ndata: a\n\n", [Frame(id="1", data="a")]),
        # a time to reconnect is digits
        (b"retry: 2000\n\n", [Frame(retry=2000)]),
        (b"retry: 2s\ndata: a\n\n", [Frame(data="a")]),
        ("retry: \u0661\ndata: a\n\n".encode(), [Frame(data="a")]),
        # comments
        (b": ping\n\n", [Frame(comments=("ping",))]),
        (b":ping\ndata: a\n\n", [Frame(data="a", comments=("ping",))]),
        # fields that no client reads
        (b"foo: 1\n\n", [Frame(unknown=("foo",))]),
        ("data: \u20ac\n\n".encode(), [Frame(data="\u20ac")]),
        # an end within a frame
        (b"data: a\n", []),
        (b"data: a\n\ndata: b", [Frame(data="a")]),
        (b"", []),
    ],
)
def test_each_form_of_a_frame_however_the_bytes_are_cut(
    content: bytes, frames: list[Frame]
) -> None:
    for size in (1, 2, 3, 1000):
        parser = Parser()
        for start in range(0, len(content), size):
            parser.feed(content[start : start + size])
        assert parser.frames == frames


def test_bytes_that_are_not_utf_8_are_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        parse(b"data: \xff\n\n")
