"""`word-misspelt`: a word that the page waits for, and that the service writes in another way."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from wirelaw.finding import Finding, Place
from wirelaw.python import Sources
from wirelaw.repository import Check, Repository
from wirelaw.words.names import steps
from wirelaw.words.service import is_vocabulary
from wirelaw.written import written

#: shorter words are near to each other by chance
MIN_LETTERS = 5
_Key = tuple[str, ...]


def run(repository: Repository) -> Iterator[Finding]:
    """Compare the words that the page compares a field with, with those that the service writes to that field."""
    facts = repository.page.get("words", [])
    handled = {word for fact in facts for word in fact["words"]}
    words = repository.service.once(sent)
    strings = repository.service.once(_strings) if facts else frozenset()
    reported: set[tuple[_Key, str]] = set()
    for fact in sorted(facts, key=_order):
        key = steps(fact["name"])
        if fact["kind"] not in {"compared", "switch"} or key not in words:
            continue
        for word in fact["words"]:
            # `toolCall` is the page's own word for what comes as `tool_call`
            if word in strings or word != word.lower() or len(word) < MIN_LETTERS:
                continue
            if (key, word) in reported:
                continue
            near = _near(word, words[key].keys() - handled)
            if near is not None:
                reported.add((key, word))
                yield Finding(
                    part="sources",
                    pointer=str(Place(**fact["place"])),
                    code=CHECK.code,
                    found=f'compares {fact["name"]} with "{word}"',
                    expected=f'writes "{near}"',
                    source=str(words[key][near]),
                    key=("_".join(key), word, near),
                    fix=CHECK.fix,
                )


def _order(fact: dict[str, Any]) -> tuple[str, int]:
    return fact["place"]["path"], fact["place"]["line"]


def _near(word: str, others: set[str]) -> str | None:
    """Return the word that differs only in its number, its separators or a doubled letter."""
    fitting = [
        other
        for other in sorted(others)
        # the page may well change the case
        if _spelt(other) == _spelt(word) and other.lower() != word.lower()
    ]
    return fitting[0] if fitting else None


def _spelt(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", "".join(steps(word)))


def sent(sources: Sources) -> dict[_Key, dict[str, Place]]:
    """Return the words that the service writes to each name, with the first place."""
    found: dict[_Key, dict[str, Place]] = {}
    for module, name, node in sources.once(written):
        word = node.value if isinstance(node, ast.Constant) else None
        if isinstance(word, str) and is_vocabulary(frozenset([word])):
            found.setdefault(steps(name), {}).setdefault(word, module.place(node))
    return found


def _strings(sources: Sources) -> frozenset[str]:
    return frozenset(
        node.value
        for module in sources.modules.values()
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


CHECK = Check(
    code="word-misspelt",
    level=0,
    meaning=(
        "The page compares a field with a word that no Python file has, and the service writes one to that field that"
        " differs only in its number, its separators or a doubled letter. The branch of the page never runs."
    ),
    fix="write the word alike on both sides",
    run=run,
)
