"""Words that all callers of a function pass for one of its parameters.

A status without an enum is still a set of words when it is written through one function.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from wirelaw.finding import Place
from wirelaw.python import Module, Sources
from wirelaw.words.service import WordSet, parameters

#: so many words have to be passed before they count as a set
MIN_WORDS = 4
#: names whose values are few: what is passed there are words of a set, and no text
_CLOSED = {"status", "state", "stage", "phase", "severity"}
_Parameter = tuple[str, str]  #: a function and a parameter of it, by name


def passed(sources: Sources) -> list[WordSet]:
    """Return the words of each parameter; more may come from where they are no literals."""
    words: dict[_Parameter, dict[str, Place]] = defaultdict(dict)
    flows: set[tuple[_Parameter, _Parameter]] = set()
    for module, target, value in _arguments(sources):
        source = _parameter(module, value)
        if source is not None:
            flows.add((source, target))
            continue
        for word in sources.text_of(module, value) or ():
            words[target].setdefault(word, module.place(value))
    for source, target in sorted(flows):
        words[target] = words.get(source, {}) | words[target]
    return [
        WordSet([name], frozenset(places), min(places.values()), "passed", True, places=places)
        for name, places in sorted(words.items())
        if len(places) >= MIN_WORDS
    ]


def _arguments(sources: Sources) -> Iterator[tuple[Module, _Parameter, ast.expr]]:
    for module in sources.modules.values():
        for call in module.nodes:
            if not isinstance(call, ast.Call):
                continue
            function = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if function[:1].isupper():  # a class, whose fields have types
                continue
            for keyword in call.keywords:
                if keyword.arg is not None and keyword.arg.split("_")[-1] in _CLOSED:
                    yield module, (function, keyword.arg), keyword.value


def _parameter(module: Module, value: ast.expr) -> _Parameter | None:
    """Return the parameter that a value is, of the function around it."""
    scope = module.scope(value)
    if not isinstance(value, ast.Name) or scope is None:
        return None
    names = {argument.arg for argument, _ in parameters(scope)}
    return (scope.name, value.id) if value.id in names else None
