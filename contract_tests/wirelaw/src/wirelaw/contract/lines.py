"""The lines of a JSON document: where each object, list and value of it starts."""

import re
from collections.abc import Iterator

from wirelaw.contract.document import escape

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


def lines_of(text: str) -> dict[str, int]:
    """Return the line of each member by its JSON pointer; the text must be JSON."""
    line, found = 1, {"": 1}
    steps: list[str | int] = []
    #: of each open object or list: whether it is a list
    opened: list[bool] = []
    key: str | None = None
    for token in _tokens(text):
        if token == "\n":
            line += 1
        elif token in "{[":
            opened.append(token == "[")
            if token == "[":
                steps.append(0)
                found.setdefault(_pointer(steps), line)
            key = None
        elif token in "}]":
            if opened.pop():
                steps.pop()
            if opened and not opened[-1] and steps:
                steps.pop()
        elif token == ":":
            steps.append(_text(key or ""))
            found[_pointer(steps)] = line
        elif token == ",":
            if opened and opened[-1]:
                steps[-1] = int(steps[-1]) + 1
                found[_pointer(steps)] = line
        elif opened and not opened[-1] and key is None:
            key = token
        else:
            # a value of an object: its name is done with
            if opened and not opened[-1]:
                steps.pop()
            key = None
    return found


def _tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _TOKEN.finditer(text))


def _text(token: str) -> str:
    return token[1:-1].replace('\\"', '"').replace("\\/", "/").replace("\\\\", "\\")


def _pointer(steps: list[str | int]) -> str:
    return "".join(f"/{escape(str(step))}" for step in steps)
