"""Paths as segments: `{name}` is one segment, `{name:path}` one or more, `**` any number."""

import re
from collections.abc import Iterator
from functools import cache

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
    if _PARAMETER.fullmatch(route) or _PARAMETER.fullmatch(called):
        return True
    if "{" not in called and "{" not in route:
        return called == route
    return bool(re.fullmatch(_pattern(route), called) or re.fullmatch(_pattern(called), route))


def _pattern(segment: str) -> str:
    pieces = (re.escape(one) for one in re.split(r"\{[^}]*\}", segment))
    return ".+".join(pieces)


def closeness(called: tuple[str, ...], route: tuple[str, ...]) -> int:
    """Return how exactly a route fits: text for text, and a parameter for what is filled in at run time."""
    # what is under an unknown prefix is known from its end
    step = -1 if route[:1] == (ANY,) else 1
    pairs = zip(called[::step], route[::step], strict=False)
    return sum(is_fixed(one) == is_fixed(two) for one, two in pairs) - (ANY in route) * 100


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
            is_plain = all(map(is_fixed, (*taken, *added, rest[0])))
            if is_plain and fits(rest, route[extra:]):
                yield taken, added
