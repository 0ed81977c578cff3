"""The lines of a JSON document: where each member of an object and each item of a list starts."""

import json
import re
from collections.abc import Iterator

from wirelaw.contract.document import escape

_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


def lines_of(text: str) -> dict[str, int]:
    """Return the line of each member by its JSON pointer; the text must be JSON."""
    found = {"": 1}
    _value(_marks(text), "", found)
    return found


def _marks(text: str) -> Iterator[tuple[str, int]]:
    """Yield brackets, punctuation, names and values with their lines."""
    line = 1
    for match in _MARK.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            yield match[0], line


def _value(marks: Iterator[tuple[str, int]], pointer: str, found: dict[str, int]) -> str:
    """Read one value; return its first mark, which is a closing bracket where there is no value."""
    mark, line = next(marks)
    if mark == "{":
        _object(marks, pointer, found)
    elif mark == "[":
        index = 0
        # an item starts where its first mark is, which the item itself reads
        while _item(marks, f"{pointer}/{index}", found):
            index += 1
    found.setdefault(pointer, line)
    return mark


def _item(marks: Iterator[tuple[str, int]], pointer: str, found: dict[str, int]) -> bool:
    if _value(marks, pointer, found) == "]":
        del found[pointer]
        return False
    return next(marks)[0] == ","


def _object(marks: Iterator[tuple[str, int]], pointer: str, found: dict[str, int]) -> None:
    for name, line in marks:
        if name == "}":
            return
        if name == ",":
            continue
        next(marks)  # the colon
        inner = f"{pointer}/{escape(str(json.loads(name)))}"
        found[inner] = line
        _value(marks, inner, found)
