"""The page's calls, and which operation of the service each of them is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wirelaw.calls.annotations import last_name
from wirelaw.calls.answers import Answers
from wirelaw.calls.operations import Operation, Operations
from wirelaw.calls.paths import (
    ANY,
    closeness,
    fits,
    is_fixed,
    is_guess,
    segments,
    shares,
    shifts,
)
from wirelaw.calls.routes import Routes
from wirelaw.finding import Place
from wirelaw.models import Models
from wirelaw.python import Sources
from wirelaw.repository import Repository
from wirelaw.tree import Tree

#: words of a list that are written out
_MANY = 4
_PAGE = r"\.[cm]?[jt]sx?$"
#: files that the server of the page answers itself: Next.js, SvelteKit, Nuxt
_OWN_ROUTES = (
    re.compile(rf"(?:^|/)app/(?P<path>.*/)?route{_PAGE}"),
    re.compile(rf"(?:^|/)pages/(?P<path>api/.*?)(?:/index)?{_PAGE}"),
    re.compile(rf"(?:^|/)routes/(?P<path>.*/)?\+server{_PAGE}"),
    re.compile(
        rf"(?:^|/)server/(?P<path>(?:api|routes)/.*?)(?:\.(?:get|post|put|delete|patch))?{_PAGE}"
    ),
)
_FILE = re.compile(r"\.(json|csv|svg|png|ico|txt|md|html|js|css|wasm|woff2?|webmanifest)$")


@dataclass(frozen=True)
class Call:
    """One call of the page."""

    place: Place
    sink: Place  #: of the fetch that it ends in
    host: str  #: `relative`, `local` or `unknown`
    base: str
    path: str  #: `{}` for what is filled in at run time
    method: str | None
    query: tuple[str, ...]
    is_query_open: bool
    body: dict[str, Any] = field(compare=False)
    #: what it takes its answer for: types with their members, and members that it reads
    answers: list[dict[str, Any]] = field(compare=False)
    is_outer: bool  #: a place that passes the body on to the call itself
    is_generated: bool
    is_stream: bool

    @property
    def title(self) -> str:
        """Return the method and the path."""
        return f"{self.method or 'a request'} {self.path}"


@dataclass(frozen=True)
class Match:
    """A call and what it calls."""

    call: Call
    operations: tuple[Operation, ...]  #: of the same path and method
    other_methods: tuple[Operation, ...]  #: of the same path
    is_certain: bool  #: the host is this service, and the route has plain text that the call has

    @property
    def is_guess(self) -> bool:
        """Whether a route that is not read may be the one that is called."""
        called = segments(self.call.path)
        return any(is_guess(called, segments(one.route.path)) for one in self.operations)


class Wire:
    """Both sides of the calls of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.sources = repository.service
        self.models = self.sources.once(Models)
        self._tree = repository.tree
        self.facts = repository.page.get("calls", [])

    @cached_property
    def answers(self) -> Answers:
        """What the operations answer."""
        return Answers(self.sources, self.models)

    @property
    def operations(self) -> list[Operation]:
        """Every operation of the service."""
        return self.sources.once(operations)

    @cached_property
    def calls(self) -> list[Call]:
        """Every call of the page."""
        rows = (fact for fact in self.facts if fact["kind"] == "call")
        return sorted(
            (_call(row) for row in rows), key=lambda one: (one.place, one.path, str(one.method))
        )

    @property
    def unread(self) -> list[tuple[Place, str]]:
        """The calls whose address cannot be read, with their first line: for a list, and never for a finding."""
        rows = (fact for fact in self.facts if fact["kind"] == "unread")
        return sorted((Place(**row["place"]), row["text"]) for row in rows)

    @cached_property
    def matches(self) -> list[Match]:
        """The calls of the page with their operations; calls of other servers are left out."""
        own = [segments(path) for path in own_routes(self._tree)]
        groups: dict[tuple[str, ...], list[Call]] = defaultdict(list)
        for call in self.calls:
            steps = segments(call.path)
            if not steps or _FILE.search(call.path) or any(fits(steps, one) for one in own):
                continue
            groups[(call.sink.path, call.host, call.base)].append(call)
        return [match for calls in groups.values() for match in self._group(calls)]

    @cached_property
    def certain(self) -> list[tuple[Match, Operation]]:
        """The calls that are certainly of one operation."""
        found = []
        for match in self.matches:
            handlers = {one.route.place: one for one in match.operations if one.route.handler}
            if not match.is_certain or len(handlers) != 1 or match.call.method is None:
                continue
            if not match.is_guess and all(one.route.handler for one in match.operations):
                found.append((match, next(iter(handlers.values()))))
        return found

    def _group(self, calls: list[Call]) -> list[Match]:
        """Match the calls that are sent in the same way: a proxy or a base adds or takes the same of each."""
        paths = sorted({call.path for call in calls})
        votes = Counter(
            shift
            for path in paths
            for shift in {one for route in self._paths for one in shifts(segments(path), route)}
        )
        best = max(
            votes,
            key=lambda shift: (votes[shift], -len(shift[0]) - len(shift[1]), shift),
            default=((), ()),
        )
        matches = [self._match(call, best) for call in calls]
        # half of them is enough for addresses without a host: they go where the page came from, or its proxy sends them
        is_unknown = calls[0].host == "unknown"
        needed = len(paths) + 1 if is_unknown else len(paths)
        found = {
            one.call.path
            for one in matches
            if one.is_certain and (one.operations or (one.other_methods and not is_unknown))
        }
        is_ours = bool(found) and len(found) * 2 >= needed
        return [
            Match(one.call, one.operations, one.other_methods, is_ours and one.is_certain)
            for one in matches
        ]

    @cached_property
    def _paths(self) -> list[tuple[str, ...]]:
        # a parameter that takes any number of segments fits every call, and says nothing of a prefix
        paths = {one.route.path for one in self.operations if ":path}" not in one.route.path}
        return sorted(map(_rooted, paths))

    @cached_property
    def _ends(self) -> set[tuple[str, ...]]:
        """The ends of the routes that are text alone."""
        return {
            route[start:]
            for route in self._paths
            for start in range(len(route) - 1)
            if all(map(is_fixed, route[start:]))
        }

    def _match(self, call: Call, shift: tuple[tuple[str, ...], tuple[str, ...]]) -> Match:
        taken, added = shift
        steps = segments(call.path)
        forms = [steps]
        if steps[: len(taken)] == taken:
            forms.insert(0, (*added, *steps[len(taken) :]))
        fitting = [
            (closeness(form, route), one, shares(form, route))
            for form in forms
            for one in self.operations
            if fits(form, route := segments(one.route.path)) and _takes(one, form, route)
        ]
        if not fitting:
            return Match(call, (), (), is_certain=True)
        right = [
            (rank, one)
            for rank, one, _ in fitting
            if call.method is None or not one.route.methods or call.method in one.route.methods
        ]
        best = max((rank for rank, _ in right), default=0)
        chosen = {id(one): one for rank, one in right if rank == best}
        others = () if right else tuple({id(one): one for _, one, _ in fitting}.values())
        is_shared = any(one for _, _, one in fitting)
        # under another prefix the same path is written out, and here a parameter took its text
        is_elsewhere = steps in self._ends and not any(_ends(one, steps) for one in chosen.values())
        # so is one whose prefix is not read, of which the rest is text that the call ends with
        ends = {id(one) for _, one in right if _is_open_end(segments(one.route.path))}
        is_one_of_several = bool(ends - chosen.keys())
        is_certain = is_shared and not is_elsewhere and not is_one_of_several
        return Match(call, tuple(chosen.values()), others, is_certain)


def _takes(operation: Operation, called: tuple[str, ...], route: tuple[str, ...]) -> bool:
    """Whether the text that is called is a number wherever the route has a parameter for one."""
    handler = operation.route.handler
    if handler is None:
        return True
    numbers = {
        f"{{{one.arg}}}"
        for one in (*handler.args.args, *handler.args.kwonlyargs)
        if one.annotation is not None and last_name(one.annotation) == "int"
    }
    pairs = zip(called[::-1], route[::-1], strict=False)
    return not any(two in numbers and is_fixed(one) and not one.isdigit() for one, two in pairs)


def _is_open_end(route: tuple[str, ...]) -> bool:
    return route[:1] == (ANY,) and len(route) > 1 and all(map(is_fixed, route[1:]))


def _ends(operation: Operation, steps: tuple[str, ...]) -> bool:
    return segments(operation.route.path)[-len(steps) :] == steps


def operations(sources: Sources) -> list[Operation]:
    """Return every operation of the service."""
    reader = Operations(sources, sources.once(Models))
    return [reader.read(route) for route in Routes(sources).all]


def own_routes(tree: Tree) -> Iterable[str]:
    """Return the paths that the server of the page answers itself, and not for the service."""
    for path in tree.page:
        found = next((one for pattern in _OWN_ROUTES if (one := pattern.search(path))), None)
        if found is None:
            continue
        steps = (found["path"] or "").split("/")
        own = "/" + "/".join(_own_segment(one) for one in steps if one and not one.startswith("("))
        if ANY in own and "fetch" in (tree.root / path).read_text("utf-8", "replace"):
            continue  # it passes requests on
        yield own


def _own_segment(name: str) -> str:
    if name.startswith(("[...", "[[...")):
        return ANY
    return re.sub(r"\[[^\]]+\]", "{}", name)


def _rooted(path: str) -> tuple[str, ...]:
    """Return a route without an unknown prefix: what is left is all that a call has to end with."""
    steps = segments(path)
    return steps[1:] if steps[:1] == (ANY,) and len(steps) > 1 and is_fixed(steps[1]) else steps


def _call(row: dict[str, Any]) -> Call:
    return Call(
        place=Place(**row["place"]),
        sink=Place(**row["sink"]),
        host=row["host"],
        base=row["base"],
        path=row["path"],
        method=row["method"],
        query=tuple(row["query"]["names"]),
        is_query_open=row["query"]["open"],
        body=row["body"],
        answers=row["answers"],
        is_outer=row["outer"],
        is_generated=row["generated"],
        is_stream=row["stream"],
    )


def listed(words: Iterable[str], last: str = "and") -> str:
    """Write words as a sentence does, and the count of those that are too many."""
    found = list(words)
    if len(found) > _MANY + 1:
        return f"{', '.join(found[:_MANY])} and {len(found) - _MANY} more"
    return (
        f" {last} ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)
    )


def quoted(words: Iterable[str], last: str = "and") -> str:
    """Write names in quotes."""
    found = words if isinstance(words, list) else sorted(words)
    return listed([f'"{one}"' for one in found], last) or "nothing"
