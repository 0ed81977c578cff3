"""`words-differ`: a closed set that both sides declare, with a word that one of them lacks."""

from collections.abc import Iterator

from wirelaw.finding import Finding
from wirelaw.repository import Check, Repository
from wirelaw.words import page, service
from wirelaw.words.pairs import Pair, differing
from wirelaw.words.passed import passed

#: words that a line shows
SHOWN = 6


def run(repository: Repository) -> Iterator[Finding]:
    """Compare the closed sets of both sides."""
    sent = [*repository.service.once(service.word_sets), *repository.service.once(passed)]
    old = page.superseded(repository.tree.page, repository.tree.python)
    facts = repository.page.get("words", ())
    shown = page.word_sets(one for one in facts if one["place"]["path"] not in old)
    for pair in differing(sent, shown):
        yield _finding(pair)


def _finding(pair: Pair) -> Finding:
    sent, shown = pair.service, pair.page
    only = pair.service_only or pair.page_only
    lacks = f" lacks {quoted(pair.service_only)}" if pair.service_only else ""
    has = f" has {quoted(pair.page_only)}" if pair.page_only else ""
    also = f" has {quoted(pair.service_only)}" if pair.service_only else ""
    never = f" lacks {quoted(pair.page_only)}" if pair.page_only else ""
    return Finding(
        part="sources",
        pointer=str(shown.place),
        code=CHECK.code,
        found=f"{shown.title}{' and'.join(filter(None, (lacks, has)))}",
        expected=f"{sent.title}{' and'.join(filter(None, (also, never)))}",
        source=str(
            min((sent.places[one] for one in only if one in sent.places), default=sent.place)
        ),
        key=(sent.title, shown.title, *(["generated"] if shown.is_generated else [])),
        fix="regenerate the page's types" if shown.is_generated else CHECK.fix,
    )


def quoted(words: frozenset[str]) -> str:
    """Write words as a list, and count those that are too many."""
    first = [f'"{word}"' for word in sorted(words)[:SHOWN]]
    rest = len(words) - len(first)
    return ", ".join(first) + (f" and {rest} more" if rest else "")


CHECK = Check(
    code="words-differ",
    level=0,
    meaning=(
        "Both sides list the words that a value may have, and the lists differ. A word that only the service has"
        " reaches a page that has no label, colour or branch for it; one that only the page has never comes, or is"
        " refused when the page sends it."
    ),
    fix="add the word to the side that lacks it, or remove it from the other",
    run=run,
)
