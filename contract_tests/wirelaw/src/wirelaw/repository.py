"""What the checks look at: the sources of both sides, and the contract where there is one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from wirelaw import page
from wirelaw.finding import Finding, Unseen
from wirelaw.python import Sources
from wirelaw.tree import Tree

Built = TypeVar("Built")


@dataclass
class Repository:
    """One repository; what is read of it is read once, when a check first asks."""

    tree: Tree
    unseen: list[Unseen] = field(default_factory=list)
    _built: dict[Any, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, root: Path, exclude: Iterable[str] = ()) -> "Repository":
        """Look at a folder."""
        return cls(Tree.walk(root, exclude))

    @cached_property
    def service(self) -> Sources:
        """The Python side."""
        sources = Sources(self.tree)
        self.unseen += sources.unseen
        return sources

    @cached_property
    def page(self) -> dict[str, list[dict[str, Any]]]:
        """The facts of the TypeScript side by the name of their reader."""
        facts, unseen = page.read(self.tree)
        self.unseen += unseen
        return facts

    def once(self, build: Callable[["Repository"], Built]) -> Built:
        """Return what a function or a class builds of this repository; several checks use it."""
        if build not in self._built:
            self._built[build] = build(self)
        return cast("Built", self._built[build])


@dataclass(frozen=True)
class Check:
    """One way in which both sides can drift apart."""

    code: str  #: as findings show it, such as `event-not-handled`
    level: int  #: 0: sources, 1: contract, 2: running
    meaning: str  #: what a finding means and whom it hurts, for `wirelaw explain`
    fix: str  #: what to do about it
    run: Callable[[Repository], Iterator[Finding]]
