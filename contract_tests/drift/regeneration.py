"""Regenerates what is generated from the code, as the developer would: the contract, then the page's types."""

import sys
from pathlib import Path

from contract_tests.drift.programs import Done, run
from contract_tests.drift.trees import Generated, Tree

CONTRACT = "openapi.json"
TYPES_OF_PAGE = ("frontend/src/types/contract.gen.ts", "frontend/src/types/openapi.gen.ts")
#: a change of these files can change the contract, or the types
OF_CONTRACT = ("quant_engine/", CONTRACT)
OF_TYPES = ("frontend/scripts/", *TYPES_OF_PAGE)
LIMIT_SECONDS = 300.0

EXPORT = (sys.executable, "-m", "quant_engine", "contract", "export")
TYPES = ("node", "scripts/generate-types.mjs")


def export(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Export the contract, if the changed files can change it.

    The stale-file check compares the committed file with the file that is generated here, byte by byte, so it
    would have failed exactly where the two differ. The trial records that, and it kills nothing.
    """
    before = tree.read(CONTRACT)
    tree.generated = Generated()
    if any(name.startswith(OF_CONTRACT) for name in changed):
        done = run(EXPORT, tree.folder, scratch / "export", limit_seconds=LIMIT_SECONDS)
        tree.generated = _generated(tree, {CONTRACT: before}, done, "export")


def write_types(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Generate the page's types after the export, if they can change."""
    assert tree.generated is not None
    before = {name: tree.read(name) for name in TYPES_OF_PAGE}
    tree.has_types = True
    moved = tree.read(CONTRACT) != tree.files.get(CONTRACT, b"") or CONTRACT in changed
    if moved or any(name.startswith(OF_TYPES) for name in changed):
        folder = tree.folder / "frontend"
        done = run(TYPES, folder, scratch / "types", limit_seconds=LIMIT_SECONDS)
        tree.generated = tree.generated.plus(_generated(tree, before, done, "types"))


def _generated(tree: Tree, before: dict[str, bytes], done: Done, step: str) -> Generated:
    return Generated(
        stale=tuple(name for name, content in before.items() if tree.read(name) != content),
        step=step if done.status else "",
        failed=done if done.status else None,
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
    )
