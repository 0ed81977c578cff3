"""Turns a text before and after into the one replacement that makes the one of the other."""

from itertools import takewhile

from contract_tests.drift.drifts import Edit, NoDrift


def edit_between(file: str, before: str, after: str) -> Edit:
    """Return the smallest replacement of whole lines whose old text stands in the file once.

    Raises:
        NoDrift: the texts are the same.
    """
    if before == after:
        raise NoDrift(f"nothing is changed in {file}")
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = _shared(old, new)
    most = min(len(old), len(new)) - head
    tail = min(_shared(old[::-1], new[::-1]), most)
    first, last = head, len(old) - tail
    while first == last or not _is_once(before, "".join(old[first:last])):
        # one line more on either side, until there is no other such place
        first, last = max(0, first - 1), min(len(old), last + 1)
    shift = len(new) - len(old)
    return Edit(file, "".join(old[first:last]), "".join(new[first : last + shift]))


def _shared(one: list[str], other: list[str]) -> int:
    """Count the lines that both begin with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_once(text: str, part: str) -> bool:
    # two that overlap are two
    return text.find(part) == text.rfind(part)
