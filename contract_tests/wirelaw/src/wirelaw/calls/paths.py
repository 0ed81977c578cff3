"""Paths as segments: `{name}` is one segment, `{name:path}` one or more, `**` any number."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

ANY = "**"
_PARAMETER = re.compile(r"\{([^}:]*)(?::([^}]*))?\}")


@cache
def segments(path: str) -> tuple[str, ...]:
    """Split a path; a slash at the end does not count."""
    return tuple(step for step in path.split("/") if step)


def join(*parts: str) -> str:
    """Join prefixes and a path."""
    return "/" + "/".join(step for part in parts for step in segments(part))


def parameters(path: str) -> set[str]:
    """Return the names of the path parameters."""
    return {name for name, _ in _PARAMETER.findall(path)}


def is_fixed(segment: str) -> bool:
    """Whether a segment is plain text."""
    return segment != ANY and "{" not in segment


@cache
def fits(called: tuple[str, ...], route: tuple[str, ...]) -> bool:
    """Whether a called path may be a request of a route. `{}` in the call is filled in at run time."""
    if not route:
        return not called
    head, rest = route[0], route[1:]
    if head == ANY:
        return any(fits(called[count:], rest) for count in range(len(called) + 1))
    if not called:
        return False
    kinds = [kind for _, kind in _PARAMETER.findall(head)]
    if "path" in kinds:
        return any(fits(called[count:], rest) for count in range(1, len(called) + 1))
    return _fits_segment(called[0], head) and fits(called[1:], rest)


@cache
def _fits_segment(called: str, route: str) -> bool:
    if _PARAMETER.fullmatch(route):
        return True
    if name := _PARAMETER.fullmatch(called):
        return not name[1]  # with a name it is a parameter of the contract as well
    if "{" not in called and "{" not in route:
        return called == route
    return bool(re.fullmatch(_pattern(route), called) or re.fullmatch(_pattern(called), route))


def _pattern(segment: str) -> str:
    pieces = (re.escape(one) for one in re.split(r"\{[^}]*\}", segment))
    return ".+".join(pieces)


def shares(called: tuple[str, ...], route: tuple[str, ...]) -> bool:
    """Whether a call and a route have plain text in common; a route of parameters alone fits calls of any service."""
    return any(is_fixed(step) and step in route for step in called)


def closeness(called: tuple[str, ...], route: tuple[str, ...]) -> int:
    """Return how exactly a route fits: text for text, and a parameter for what is filled in at run time."""
    same = (is_fixed(one) == is_fixed(two) for one, two in _aligned(called, route))
    return sum(same) - (ANY in route) * 100


def is_guess(called: tuple[str, ...], route: tuple[str, ...]) -> bool:
    """Whether a route may be another one than is called: text stands where the other side has a parameter, or in place of all."""
    is_open = ANY in route or any(":path}" in step for step in route)
    pairs = [(is_fixed(one), is_fixed(two)) for one, two in _aligned(called, route)]
    return not pairs or (False, True) in pairs or (is_open and (True, False) in pairs)


def _aligned(called: tuple[str, ...], route: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield steps of both from the end, as far as the route can be read: their starts may differ."""
    return takewhile(lambda pair: pair[1] != ANY, zip(called[::-1], route[::-1], strict=False))


def shifts(
    called: tuple[str, ...], route: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the prefixes of a call and of a route without which they fit: a proxy or a base may add or take them."""
    for off in range(min(3, len(called) - 1) + 1):
        for extra in range(min(3, len(route) - 1) + 1):
            if off and extra:
                continue
            taken, added = called[:off], route[:extra]
            rest = called[off:]
            # a parameter fits whatever is called, so it is no evidence of a prefix
            is_plain = all(map(is_fixed, (*taken, *added, rest[0], *route[extra : extra + 1])))
            if is_plain and fits(rest, route[extra:]):
                yield taken, added
