"""Small repositories for tests: both sides of each are read, and Node starts once for all of them."""

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wirelaw import page
from wirelaw.repository import Repository
from wirelaw.tree import Tree

#: every case of the modules that were imported
CASES: list["Case"] = []


@dataclass(eq=False)
class Case:
    """One repository."""

    service: dict[str, str]
    page: dict[str, str]

    @property
    def name(self) -> str:
        """Its folder."""
        return f"case{CASES.index(self)}"

    def write(self, root: Path) -> None:
        """Write its files."""
        for path, text in (*self.service.items(), *self.page.items()):
            file = root / self.name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def case(service: str | dict[str, str] = "", web: str | dict[str, str] = "") -> Case:
    """Register a repository with one or several files on each side."""
    python = service if isinstance(service, dict) else {"app.py": service}
    script = web if isinstance(web, dict) else {"page.tsx": web}
    one = Case(
        {f"api/{path}": textwrap.dedent(text) for path, text in python.items()},
        {f"web/{path}": textwrap.dedent(text) for path, text in script.items()},
    )
    CASES.append(one)
    return one


@dataclass
class Read:
    """What was read of all cases."""

    root: Path
    facts: list[dict[str, Any]]

    def repository(self, one: Case) -> Repository:
        """Return one case as a repository of its own."""
        repository = Repository.at(self.root / one.name)
        prefix = f"{one.name}/"
        # the page is read already; its places are relative to the folder of all cases
        repository.__dict__["page"] = {
            "events": [
                _moved(fact, prefix)
                for fact in self.facts
                if fact["place"]["path"].startswith(prefix)
            ]
        }
        return repository


def read(root: Path) -> Read:
    """Write all cases and read their pages."""
    for one in CASES:
        one.write(root)
    facts, unseen = page.read(Tree.walk(root))
    assert unseen == []
    return Read(root, facts["events"])


def _moved(fact: Any, prefix: str) -> Any:
    if isinstance(fact, dict):
        return {name: _moved(one, prefix) for name, one in fact.items()}
    if isinstance(fact, list):
        return [_moved(one, prefix) for one in fact]
    return fact.removeprefix(prefix) if isinstance(fact, str) else fact
