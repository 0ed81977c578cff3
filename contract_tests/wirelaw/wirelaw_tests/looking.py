"""A repository of a few small files, written for one test module and read once."""

from pathlib import Path
from textwrap import dedent

from wirelaw.repository import Check, Repository

#: the findings of a check, by the place on the page: what each side states, and the place of the other
Seen = dict[str, tuple[str, str, str]]


def write(root: Path, files: dict[str, str]) -> Repository:
    """Write files, and look at them as one repository."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return Repository.at(root)


def seen(repository: Repository, check: Check) -> Seen:
    """Run a check."""
    return {one.pointer: (one.found, one.source, one.expected) for one in check.run(repository)}
