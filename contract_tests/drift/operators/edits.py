"""Computes the one replacement that turns a text into another."""

from itertools import takewhile

from contract_tests.drift.drifts import Edit, NoDrift


def edit_between(file: str, before: str, after: str) -> Edit:
    """Return the smallest replacement of whole lines whose old text occurs in the file once.

    Raises:
        NoDrift: the texts are the same.
    """
    if before == after:
        raise NoDrift(f"{file} is not changed")
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = _shared(old, new)
    most = min(len(old), len(new)) - head
    tail = min(_shared(old[::-1], new[::-1]), most)
    first, last = head, len(old) - tail
    while first == last or not _is_once(before, "".join(old[first:last])):
        # one line more on either side, until the text is unique
        first, last = max(0, first - 1), min(len(old), last + 1)
    shift = len(new) - len(old)
    return Edit(file, "".join(old[first:last]), "".join(new[first : last + shift]))


def _shared(one: list[str], other: list[str]) -> int:
    """Count the lines that both texts begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_once(text: str, part: str) -> bool:
    # overlapping occurrences count as two
    return text.find(part) == text.rfind(part)
