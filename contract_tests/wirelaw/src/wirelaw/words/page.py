"""The closed sets of words that the page declares, from the facts of `page/words.mjs`."""

import re
from collections.abc import Iterable
from typing import Any

from wirelaw.finding import Place
from wirelaw.words.service import WordSet, is_vocabulary

_VERSION = re.compile(r"/v(\d+)/")


def word_sets(facts: Iterable[dict[str, Any]]) -> list[WordSet]:
    """Return every closed set of the page, by file and line; a property that uses one gives it a further name."""
    found: dict[Place, WordSet] = {}
    uses = []
    for fact in facts:
        place = Place(**fact["place"])
        if fact["owner"].endswith("Props"):
            continue
        name = (fact["owner"], fact["name"])
        if fact["kind"] == "use":
            uses.append((place, name))
        elif fact["kind"] != "compared" and is_vocabulary(frozenset(fact["words"])):
            # a switch with a default says what happens to the other words
            is_open = fact["open"] or fact.get("defaulted", False)
            one = WordSet(
                [name], frozenset(fact["words"]), place, fact["kind"], is_open, fact["generated"]
            )
            found.setdefault(place, one)
    for place, name in uses:
        if place in found:
            found[place].names.append(name)
    return [one for _, one in sorted(found.items())]


def superseded(page: Iterable[str], python: Iterable[str]) -> set[str]:
    """Return the files of the page in a folder such as `v1` that has a `v2` beside it, and no `v1` of the service.

    They keep a format as it was, to read what was saved then.
    """
    paths = [*page]
    folders = {
        (path[: one.start()], int(one[1])) for path in paths for one in _VERSION.finditer(path)
    }
    served = {int(one[1]) for path in python for one in _VERSION.finditer(path)}
    return {
        path
        for path in paths
        for one in _VERSION.finditer(path)
        if int(one[1]) not in served
        and any(base == path[: one.start()] and number > int(one[1]) for base, number in folders)
    }
