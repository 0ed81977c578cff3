"""A check of the tests: a line of the service that says `drift NAME` differs from a page that does not."""

from collections.abc import Iterator

from wirelaw.finding import Finding
from wirelaw.repository import Check, Repository


def drifts(repository: Repository) -> Iterator[Finding]:
    """Report each such line."""
    page = repository.tree.page[0] if repository.tree.page else "web/a.ts"
    for path, module in repository.service.modules.items():
        for number, line in enumerate(module.text.splitlines(), 1):
            _, is_drift, name = line.partition("# drift ")
            if is_drift:
                yield Finding(
                    "sources",
                    f"{path}:{number}",
                    "planted",
                    f'handles "{name.upper()}"',
                    f'sends "{name}"',
                    "write one name",
                    source=f"{page}:1",
                    key=(name,),
                )


def broken(repository: Repository) -> Iterator[Finding]:
    """Fail on any repository."""
    raise LookupError(repository.tree.root.name)


PLANTED = Check(
    "planted", 0, "One side sends a name. The other waits for another.", "rename it", drifts
)
BROKEN = Check("broken", 0, "Nothing.", "nothing", broken)
SOURCES = {
    "api/a.py": "A = 1  # drift one\nB = 2\nC = 3  # drift two\n",
    "web/package.json": "{}",
    "web/tsconfig.json": "{}",
    "web/node_modules/.keep": "",
    "web/a.ts": "export const a = 1;\n",
}
CLEAN_SOURCES = {**SOURCES, "api/a.py": "A = 1\n"}
