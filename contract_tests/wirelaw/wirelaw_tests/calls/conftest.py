"""Sources in a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wirelaw.calls.client import Wire
from wirelaw.finding import Finding
from wirelaw.repository import Repository

Open = Callable[[dict[str, str]], Repository]


def write(folder: Path, files: dict[str, str]) -> Repository:
    """Write files by their paths, and look at the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Repository.at(folder)


@pytest.fixture
def service(tmp_path: Path) -> Callable[[dict[str, str]], Wire]:
    """Return a function that reads Python sources alone."""

    def read(files: dict[str, str]) -> Wire:
        repository = write(tmp_path, files)
        repository.__dict__["page"] = {}
        return repository.once(Wire)

    return read


def lines(findings: list[Finding]) -> list[str]:
    """Return findings as they are printed, without their ids."""
    return sorted(one.line.partition(" wirelaw explain")[0] for one in findings)
