"""What the checks look at: the sources of both sides, and the contract where there is one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from wirelaw import page
from wirelaw.finding import Finding, Unseen
from wirelaw.python import Sources
from wirelaw.tree import Tree


@dataclass(frozen=True)
class Inputs:
    """What the command line names beside the folder."""

    contract: str = ""  #: a file, for level 1
    app: str = ""  #: `module:attribute`, for levels 1 and 2
    url: str = ""  #: of a running service, for level 2
    har: str = ""  #: a file of recorded requests, for level 2


@dataclass
class Repository:
    """One repository; what is read of it is read once, when a check first asks."""

    tree: Tree
    unseen: list[Unseen] = field(default_factory=list)
    inputs: Inputs = field(default_factory=Inputs)
    observed: list[Finding] | None = field(default=None, repr=False)  #: in traffic

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


@dataclass(frozen=True)
class Check:
    """One way in which both sides can drift apart."""

    code: str  #: as findings show it, such as `event-not-handled`
    level: int  #: 0: sources, 1: contract, 2: running
    meaning: str  #: what a finding means and whom it hurts, for `wirelaw explain`
    fix: str  #: what to do about it
    run: Callable[[Repository], Iterator[Finding]]
