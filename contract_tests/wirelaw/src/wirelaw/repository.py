"""What the checks look at: the sources of both sides, and the contract where there is one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from wirelaw import page
from wirelaw.contract.handlers import Handler, handlers
from wirelaw.contract.source import DeclaredContract, find_contract
from wirelaw.contract.view import View
from wirelaw.finding import Finding, Unseen
from wirelaw.python import Sources
from wirelaw.tree import Tree


@dataclass(frozen=True)
class Inputs:
    """What the command line names beside the folder."""

    contract: str = ""  #: a file, for level 1
    app: str = ""  #: `module:attribute`, for level 1, and for level 2 in this process
    url: str = ""  #: of a running service, for level 2
    har: str = ""  #: a file of recorded requests, for level 2


@dataclass
class Repository:
    """One repository; what is read of it is read once, when a check first asks."""

    tree: Tree
    unseen: list[Unseen] = field(default_factory=list)
    inputs: Inputs = field(default_factory=Inputs)

    @classmethod
    def at(
        cls,
        root: Path,
        exclude: Iterable[str] = (),
        inputs: Inputs | None = None,
    ) -> "Repository":
        """Look at a folder."""
        return cls(Tree.walk(root, exclude), inputs=inputs or Inputs())

    @cached_property
    def contract(self) -> DeclaredContract | None:
        """The contract; None where there is none."""
        found, unseen = find_contract(self.tree, self.inputs.contract, self.inputs.app)
        self.unseen += unseen
        return found

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

    @cached_property
    def handlers(self) -> list[Handler]:
        """The functions of the service that handle requests."""
        return list(handlers(self.service))

    @cached_property
    def view(self) -> View | None:
        """The page as the contract sees it; None where there is no contract."""
        if self.contract is None:
            return None
        return View(self.contract, self.page.get("answers", ()))


@dataclass(frozen=True)
class Check:
    """One way in which both sides can drift apart."""

    code: str  #: as findings show it, such as `event-not-handled`
    level: int  #: 0: sources, 1: contract, 2: running
    meaning: str  #: what a finding means and whom it hurts, for `wirelaw explain`
    fix: str  #: what to do about it
    run: Callable[[Repository], Iterator[Finding]]
