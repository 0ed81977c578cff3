"""Finds the contract of a repository: a file, or the document of its app."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from wirelaw.contract.app import ExportError, export
from wirelaw.contract.document import Contract, Operation
from wirelaw.contract.lines import lines_of
from wirelaw.finding import Place, Unseen
from wirelaw.tree import Tree


@dataclass
class DeclaredContract:
    """A contract with the lines of its declarations."""

    contract: Contract
    path: str  #: as findings show it
    text: str = field(repr=False)

    @cached_property
    def _lines(self) -> dict[str, int]:
        return lines_of(self.text)

    @cached_property
    def operations(self) -> list[Operation]:
        """Every operation."""
        return list(self.contract.operations())

    def place(self, pointer: str) -> Place:
        """Return the line of the declaration at a JSON pointer, or of the nearest one around it."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return Place(self.path, self._lines.get(pointer, 1))


def find_contract(
    tree: Tree, file: Path | None, app: str
) -> tuple[DeclaredContract | None, Iterable[Unseen]]:
    """Read the file, or export the app, or read the one `openapi.json` of the tree that is nearest to its root."""
    if app and file is None:
        try:
            document = export(tree.root, app)
        except ExportError as error:
            return None, [Unseen("the contract", str(error))]
        text = json.dumps(document, indent=2, ensure_ascii=False)
        return DeclaredContract(Contract(document), f"openapi.json of {app}", text), []
    if file is None:
        nearest = sorted(tree.contracts, key=lambda path: (path.count("/"), len(path), path))
        if not nearest:
            return None, []
        file = tree.root / nearest[0]
    path = _relative(file, tree.root)
    try:
        contract = Contract.read(file)
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return None, [Unseen(path, " ".join(str(error).split()))]
    return DeclaredContract(contract, path, text), []


def _relative(file: Path, root: Path) -> str:
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return file.as_posix()
