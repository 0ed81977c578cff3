"""What the checks look at: the sources of both sides, and the contract where there is one."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from wirelaw import page
from wirelaw.finding import Finding, Unseen
from wirelaw.python import Sources
from wirelaw.settings import Settings
from wirelaw.tree import Tree

T = TypeVar("T")
#: readers of the page whose facts are compared with the contract; most types are looked at for them alone
OF_CONTRACT = ("answers",)


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
    settings: Settings = field(default_factory=Settings)
    inputs: Inputs = field(default_factory=Inputs)
    notes: list[str] = field(default_factory=list)  #: what a reader of the report should know
    #: what checks need of the service alone, to be built while Node reads the page
    ahead: tuple[Callable[[Sources], object], ...] = ()
    _reading: Future[tuple[page.Facts, list[Unseen]]] | None = field(default=None, repr=False)
    _built: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    @classmethod
    def at(
        cls,
        root: Path,
        exclude: Iterable[str] = (),
        settings: Settings | None = None,
        inputs: Inputs | None = None,
    ) -> "Repository":
        """Look at a folder."""
        settings = settings or Settings()
        patterns = (*settings.exclude, *exclude)
        tree = Tree.walk(root, patterns, settings.service, settings.page)
        return cls(tree, [*tree.unseen], settings, inputs or Inputs(), [*_notes(tree)])

    def prefetch(self, skipped: Iterable[str] = ()) -> None:
        """Start to read the page in a process of its own, while this one reads the service."""
        executor = ThreadPoolExecutor(1)
        self._reading = executor.submit(page.read, self.tree, skipped)
        executor.shutdown(wait=False)

    @cached_property
    def service(self) -> Sources:
        """The Python side."""
        sources = Sources(self.tree)
        self.unseen += sources.unseen
        return sources

    @cached_property
    def page(self) -> dict[str, list[dict[str, Any]]]:
        """The facts of the TypeScript side by the name of their reader."""
        facts, unseen = self._reading.result() if self._reading else page.read(self.tree)
        self.unseen += unseen
        return facts

    def read(self, level: int = 1) -> None:
        """Read both sides, so that `unseen` is complete whatever checks of this level and below ask for."""
        sides = ((self.tree.python, "Python", "service"), (self.tree.page, "TypeScript", "page"))
        for files, language, side in sides:
            if not files:
                reason = f"there are no {language} sources below {self.tree.root}"
                self.unseen.append(Unseen(f"the {side}", reason))
        if self.tree.page:
            self.prefetch(() if level else OF_CONTRACT)
        service = self.service
        for build in self.ahead:
            if self._reading is None or self._reading.done():
                break
            # a check that needs it fails with it as well, and is listed
            with suppress(Exception):
                service.once(build)
        _ = self.page

    def once(self, build: "Callable[[Repository], T]") -> T:
        """Return what a function builds of this repository; it runs once."""
        if build not in self._built:
            self._built[build] = build(self)
        found: T = self._built[build]
        return found


@dataclass(frozen=True)
class Check:
    """One way in which both sides can drift apart."""

    code: str  #: as findings show it, such as `event-not-handled`
    level: int  #: 0: sources, 1: contract, 2: running
    meaning: str  #: what a finding means and whom it hurts, for `wirelaw explain`
    fix: str  #: what to do about it
    run: Callable[[Repository], Iterator[Finding]]
    #: what is missing to run it, such as "no openapi.json was found; name it with --contract"; "" where nothing is
    missing: Callable[[Repository], str] = lambda _: ""
    same_as: str = ""  #: the code of a check that may find the same drift at the same place; then that finding is enough


def _notes(tree: Tree) -> Iterator[str]:
    """What is missing for the page and does not keep its sources from being read."""
    for folder in tree.pages:
        place = tree.root / folder
        name = folder or "the page"
        if not (place / "package.json").is_file():
            yield f"{name} has no package.json; its sources are read without it"
        elif not any((one / "node_modules").is_dir() for one in (place, *place.parents)):
            yield f"{name} has no node_modules; the types of its packages count as any"
        if not any((place / one).is_file() for one in page.CONFIGURATIONS):
            yield f"{name} has no tsconfig.json; TypeScript's own defaults are used"
    if len(tree.pages) > 1:
        names = ", ".join(one or "." for one in tree.pages)
        yield f"{len(tree.pages)} front ends are read as one page: {names}"
    for path in tree.bundles:
        yield f"{path} is not read: a JavaScript file of more than 1 MB is a bundle"
