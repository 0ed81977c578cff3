"""A stream's bytes are read as every browser reads them."""

import pytest

from contract_tests.streams.frames import Frame, Parser

TEXT = "\ufeff: hello\n\nretry: 5\r\nid: 1\r\n\r\nid: 2\revent: a\rdata: x\rdata:  y\r\rdata\n\nfoo: 1\n\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_frames_are_parsed_as_the_standard_says_however_they_are_cut(size: int) -> None:
    parser = Parser()
    encoded = TEXT.encode() + "data: \u20ac\n\ndata: rest".encode()
    for start in range(0, len(encoded), size):
        parser.feed(encoded[start : start + size])
    assert parser.frames == [
        Frame(comments=("hello",)),
        Frame(id="1", retry=5),
        Frame(id="2", event="a", data="x\n y"),
        Frame(data=""),
        Frame(unknown=("foo",)),
        Frame(data="\u20ac"),
    ]
    assert parser.rest == "data: rest"
