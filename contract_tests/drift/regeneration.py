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


def regenerate(
    tree: Tree, changed: tuple[str, ...], scratch: Path, *, for_page: bool = True
) -> Made:
    """Export the contract and write the types, where the changed files have anything to do with them.

    The stale-file check compares the committed file with what is made here, byte by byte, so it would
    have failed exactly where a file comes out otherwise. It is noted and kills nothing. `for_page`: somebody
    is going to look at the page; else its types are left as they are.
    """
    before = {name: tree.read(name) for name in (CONTRACT, *TYPES_OF_PAGE)}
    done: list[Done] = []
    if any(name.startswith(OF_CONTRACT) for name in changed):
        done.append(run(EXPORT, tree.folder, scratch / "export", limit_seconds=LIMIT_SECONDS))
        if done[-1].status != 0:
            return _made(tree, before, done, "export")
    moved = tree.read(CONTRACT) != tree.files.get(CONTRACT, b"") or CONTRACT in changed
    if for_page and (moved or any(name.startswith(OF_TYPES) for name in changed)):
        folder = tree.folder / "frontend"
        done.append(run(TYPES, folder, scratch / "types", limit_seconds=LIMIT_SECONDS))
        if done[-1].status != 0:
            return _made(tree, before, done, "types")
    return _made(tree, before, done)


def _made(tree: Tree, before: dict[str, bytes], done: list[Done], step: str = "") -> Made:
    return Made(
        stale=tuple(name for name, content in before.items() if tree.read(name) != content),
        step=step,
        failed=done[-1] if step else None,
        seconds=sum(one.seconds for one in done),
        cpu_seconds=sum(one.cpu_seconds for one in done),
    )
