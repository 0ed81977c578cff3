"""Makes everything anew that is made from the code, as whoever drifted would: contract, then the page's types."""

import sys
from pathlib import Path

from contract_tests.drift.programs import Done, run
from contract_tests.drift.trees import Made, Tree

CONTRACT = "openapi.json"
TYPES_OF_PAGE = ("frontend/src/types/contract.gen.ts", "frontend/src/types/openapi.gen.ts")
#: where a change makes another contract, or other types
OF_CONTRACT = ("quant_engine/", CONTRACT)
OF_TYPES = ("frontend/scripts/", *TYPES_OF_PAGE)
LIMIT_SECONDS = 300.0

EXPORT = (sys.executable, "-m", "quant_engine", "contract", "export")
TYPES = ("node", "scripts/generate-types.mjs")


def export(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Export the contract, where the changed files have anything to do with it.

    The stale-file check compares the committed file with what is made here, byte by byte, so it would
    have failed exactly where a file comes out otherwise. It is noted and kills nothing.
    """
    before = tree.read(CONTRACT)
    tree.made = Made()
    if any(name.startswith(OF_CONTRACT) for name in changed):
        done = run(EXPORT, tree.folder, scratch / "export", limit_seconds=LIMIT_SECONDS)
        tree.made = _made(tree, {CONTRACT: before}, done, "export")


def write_types(tree: Tree, changed: tuple[str, ...], scratch: Path) -> None:
    """Write the page's types after the export, where they may come out otherwise; likewise."""
    assert tree.made is not None
    before = {name: tree.read(name) for name in TYPES_OF_PAGE}
    tree.has_types = True
    moved = tree.read(CONTRACT) != tree.files.get(CONTRACT, b"") or CONTRACT in changed
    if moved or any(name.startswith(OF_TYPES) for name in changed):
        folder = tree.folder / "frontend"
        done = run(TYPES, folder, scratch / "types", limit_seconds=LIMIT_SECONDS)
        tree.made = tree.made.then(_made(tree, before, done, "types"))


def _made(tree: Tree, before: dict[str, bytes], done: Done, step: str) -> Made:
    return Made(
        stale=tuple(name for name, content in before.items() if tree.read(name) != content),
        step=step if done.status else "",
        failed=done if done.status else None,
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
    )
