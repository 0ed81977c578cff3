"""Which set of the service and which set of the page are the same thing.

The same words under any name explain each other. Two that differ are a pair if their names say so, or, where the
names do not, if nearly all words are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirelaw.words.names import chosen, concept, shape, steps
from wirelaw.words.service import WordSet

#: words of the page alone, such as those of a filter and of a value that has not arrived
OF_THE_PAGE = frozenset(
    [
        "all",
        "any",
        "none",
        "unknown",
        "other",
        "default",
        "idle",
        "loading",
        "system",
        "custom",
        "unset",
        "n/a",
        "na",
    ]
) | {""}
#: words that mean the same everywhere, so that they say nothing of where a set comes from
COMMON_SENSE = frozenset(
    [
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "system",
        "user",
        "assistant",
        "tool",
        "function",
        "developer",
    ]
)
#: by how much the overlap of one pair is more than that of another, where the names no longer count
MUCH_NEARER = 0.2
#: names that say nothing of what a set is about
_VAGUE = frozenset(
    (
        "status",
        "type",
        "kind",
        "state",
        "mode",
        "name",
        "action",
        "event",
        "value",
        "label",
        "level",
        "format",
        "role",
        "priority",
        "severity",
        "source",
        "category",
        "filter",
        "tab",
        "view",
        "variant",
        "size",
        "option",
        "key",
        "item",
    )
)


_Copies = tuple[frozenset[str], bool]  #: equal sets of one side, and whether they are generated


@dataclass(frozen=True)
class Tier:
    """How sure it is that two sets are one thing, and how much they must have in common then."""

    rank: int
    overlap: float  #: of all words of both
    common: int  #: words


#: the field of a shape that both sides have
FIELD = Tier(0, 0.4, 2)
#: a name of two words or more
NAME = Tier(1, 0.5, 2)
#: one name is the other with more words: `RunStatus` and `WorkflowRunStatus`
PART = Tier(2, 0.7, 3)
#: one vague word, such as `Status`
VAGUE = Tier(2, 0.75, 4)
#: the names say nothing
WORDS = Tier(3, 0.77, 5)


@dataclass(frozen=True)
class Pair:
    """Two sets that are the same thing and differ."""

    tier: Tier
    overlap: float
    service: WordSet
    page: WordSet

    @property
    def service_only(self) -> frozenset[str]:
        """Words that the page lacks."""
        return frozenset() if self.page.is_open else self.service.words - self.page.words

    @property
    def page_only(self) -> frozenset[str]:
        """Words that never come."""
        if self.service.is_open:
            return frozenset()
        # a page may well have words of its own, one union for several fields, and branches for more than comes, so
        # only a namesake counts alone
        is_alone = not self.service_only
        if is_alone and (self.page.kind == "switch" or not self._is_namesake):
            return frozenset()
        # `userId` beside `user_id` is the same word in the other side's spelling
        spelt = {steps(word) for word in self.page.words & self.service.words}
        found = {word for word in self.page.words - self.service.words if steps(word) not in spelt}
        return frozenset(found) if found - OF_THE_PAGE else frozenset()

    @property
    def _is_namesake(self) -> bool:
        owner, name = self.page.names[0]
        if owner or self.page.kind == "property":  # a field's own list
            return self.tier is FIELD
        return concept(name) in {concept(one) for above, one in self.service.names if not above}


def differing(service: list[WordSet], page: list[WordSet]) -> Iterator[Pair]:
    """Yield each pair of concepts once, by its surest copies."""
    equal_words = {one.words for one in service} & {one.words for one in page}
    found = _nearest(list(_candidates(service, page, equal_words)))
    found.sort(key=lambda one: (one.tier.rank, -one.overlap, one.page.place, one.service.place))
    taken: set[_Copies] = set()
    explained: dict[_Copies, int] = {}
    for pair in found:
        # a stale generated file is one drift, and what is written by hand is another
        kind = pair.page.is_generated
        sent, shown = (pair.service.words, kind), (pair.page.words, kind)
        rank = pair.tier.rank
        if {sent, shown} & taken or explained.get(sent, rank) < rank:
            continue
        taken.add(shown)
        if pair.service_only or pair.page_only:
            taken.add(sent)
            yield pair
        else:  # a better copy than those that are only similar
            explained.setdefault(sent, rank)


def _nearest(pairs: list[Pair]) -> list[Pair]:
    """Leave out the pairs of which one side has another set that is much nearer.

    For the page, whatever the names say: it means that one. For the service, a declaration whose name says as much.
    """
    page: dict[int, float] = defaultdict(float)
    service: dict[tuple[int, int], float] = defaultdict(float)
    for pair in pairs:
        page[id(pair.page)] = max(page[id(pair.page)], pair.overlap)
        key = id(pair.service), pair.tier.rank
        if pair.page.kind != "switch":
            service[key] = max(service[key], pair.overlap)
    return [
        one
        for one in pairs
        if one.tier is FIELD
        or one.overlap + MUCH_NEARER
        > max(page[id(one.page)], service[id(one.service), one.tier.rank])
    ]


def _candidates(
    service: list[WordSet], page: list[WordSet], equal: set[frozenset[str]]
) -> Iterator[Pair]:
    by_word: dict[str, list[WordSet]] = defaultdict(list)
    for one in service:
        for word in one.words:
            by_word[word].append(one)
    for shown in page:
        for sent in _unique(one for word in shown.words for one in by_word.get(word, ())):
            if sent.words == shown.words or not sent.words & shown.words - COMMON_SENSE:
                continue
            common = len(sent.words & shown.words)
            overlap = common / len(sent.words | shown.words)
            tier = _tier(sent, shown)
            if tier is None or overlap < tier.overlap or common < tier.common:
                continue
            # a copy that is right explains a set that is only similar, and not a second copy of the same name
            if tier is not FIELD and shown.words in equal:
                continue
            if tier.rank > NAME.rank and sent.words in equal:
                continue
            yield Pair(tier, overlap, sent, shown)


def _unique(sets: Iterable[WordSet]) -> list[WordSet]:
    return list({id(one): one for one in sets}.values())


def _tier(sent: WordSet, shown: WordSet) -> Tier | None:
    """Return how sure the names are; a part that somebody chose on purpose is no copy of the whole."""
    is_private = sent.kind == "constant" and sent.title.startswith("_")
    if is_private and shown.kind == "array":  # each side's own business
        return None
    pairs = [(one, two) for one in sent.names for two in shown.names]
    is_named = any(not owner for owner, _ in sent.names)
    exact = [tier for one, two in pairs if (tier := _exact(one, two, is_named)) is not None]
    if exact:
        return min(exact, key=lambda one: one.rank)
    # a generator writes the service's own names
    if is_private or shown.is_generated:
        return None
    concepts = [(concept(one[1]), concept(two[1])) for one, two in pairs if not (one[0] and two[0])]
    for one, two in concepts:
        if not chosen(one, two) and (tier := _similar(one, two)) is not None:
            return tier
    # a plain list under a name of its own is what somebody chose to show
    is_chosen = any(chosen(concept(one[1]), concept(two[1])) for one, two in pairs)
    return None if is_chosen or shown.kind == "array" else WORDS


def _exact(one: tuple[str, str], two: tuple[str, str], is_named: bool) -> Tier | None:
    """The tier of two names that are the same; whether the set of the service has a name of its own as well."""
    name = concept(one[1])
    if name != concept(two[1]):
        return None
    if one[0] and two[0]:
        return FIELD if shape(one[0]) == shape(two[0]) else None
    # a field of some shape says less, in one word, and where the set of the service has another name of its own
    if two[0] or (one[0] and (is_named or len(name) == 1)):
        return PART if len(name) > 1 else VAGUE
    return NAME if len(name) > 1 or name[0] not in _VAGUE else None


def _similar(one: tuple[str, ...], two: tuple[str, ...]) -> Tier | None:
    if one == two:
        return VAGUE
    short, long = sorted((one, two), key=len)
    if long[-len(short) :] != short or not set(short) - _VAGUE:
        return None
    return PART if len(short) > 1 else VAGUE
