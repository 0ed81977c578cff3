"""Regenerates what is generated from the code, as the developer would: the contract, then the page's types."""

import sys
from pathlib import Path

from contract_tests.drift.programs import run
from contract_tests.drift.trees import Generated, Tree
from contract_tests.hang import HANG_SECONDS

CONTRACT, FOR_CLIENTS = "openapi.json", "openapi-3.1.json"
TYPES_OF_PAGE = ("frontend/src/types/contract.gen.ts", "frontend/src/types/openapi.gen.ts")
#: a change of these files can change the contract, or the types
OF_CONTRACT = ("quant_engine/", CONTRACT)
OF_TYPES = ("frontend/scripts/", *TYPES_OF_PAGE)

#: a drift may name one of them as its gate: they refuse what no contract can express
STEPS = {
    "export": (sys.executable, "-m", "quant_engine", "contract", "export"),
    "types": ("node", "scripts/generate-types.mjs"),
}


def export(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Export the contract, if the changed files can change it.

    The stale-file check compares the committed file with the file that is generated here, byte by byte, so it
    would have failed exactly where the two differ. The trial records that, and it kills nothing.
    """
    tree.generated = Generated()
    if any(name.startswith(OF_CONTRACT) for name in changed):
        _generate(tree, "export", tree.folder, (CONTRACT, FOR_CLIENTS), scratch)


def write_types(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Generate the page's types after the export, if they can change."""
    tree.has_types = True
    moved = tree.read(CONTRACT) != tree.files.get(CONTRACT, b"") or CONTRACT in changed
    if moved or any(name.startswith(OF_TYPES) for name in changed):
        _generate(tree, "types", tree.folder / "frontend", TYPES_OF_PAGE, scratch)


def _generate(tree: Tree, step: str, folder: Path, written: tuple[str, ...], scratch: Path) -> None:
    """Run a step; add to the tree's result what became stale and what it cost."""
    before = {name: tree.read(name) for name in written}
    done = run(STEPS[step], folder, scratch / step, limit_seconds=HANG_SECONDS)
    result = tree.generated
    assert result is not None
    result.stale += [name for name, content in before.items() if tree.read(name) != content]
    result.seconds += done.seconds
    result.cpu_seconds += done.cpu_seconds
    if done.status and result.failed is None:
        result.step, result.failed = step, done
