"""Finds the contract of a repository: a file, or the document of its app."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

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


def find_contract(tree: Tree, file: str, app: str) -> tuple[DeclaredContract | None, list[Unseen]]:
    """Read the file, or export the app, or read the `openapi.json` of the tree that is nearest to its root."""
    if app and not file:
        try:
            document = export(tree.root, app)
        except ExportError as error:
            return None, [Unseen("the contract", str(error))]
        text = json.dumps(document, indent=2, ensure_ascii=False)
        return DeclaredContract(Contract(document), f"openapi.json of {app}", text), []
    path = Path(file) if file else _nearest(tree)
    if path is None:
        return None, []
    shown = _relative(path, tree.root)
    try:
        contract = Contract.read(path)
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return None, [Unseen(shown, " ".join(str(error).split()))]
    return DeclaredContract(contract, shown, text), []


def _nearest(tree: Tree) -> Path | None:
    """Look beside the sources and in the folders above them; what a folder of documents has is often a part."""
    folders = {PurePosixPath()} | {
        above
        for path in (*tree.python, *tree.page, *(f"{one}/package.json" for one in tree.projects))
        for above in PurePosixPath(path.lstrip("/")).parents
    }
    for folder in sorted(folders, key=lambda one: (len(one.parts), one)):
        path = tree.root / folder / "openapi.json"
        if path.is_file():
            return path
    return None


def _relative(file: Path, root: Path) -> str:
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return file.as_posix()
