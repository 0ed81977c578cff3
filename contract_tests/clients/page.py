"""Reads `docs/clients.md`: the commands, the table of generators, and the examples that the session runs."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from contract_tests.repository import ROOT

PAGE = ROOT / "docs" / "clients.md"
TABLE_HEAD = "| generator | version |"
#: the address in the examples: of a service with default settings
DEFAULT_URL = "http://127.0.0.1:8000"

#: in Python, TypeScript, Go and Java
_PRINTED = re.compile(r'(?:print|console\.log|Println|println)\("(\w+)')
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


class ClientsPage:
    """The page, in the parts that a program uses."""

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def read(cls, path: Path = PAGE) -> "ClientsPage":
        """Read the file."""
        return cls(path.read_text(encoding="utf-8"))

    @property
    def commands(self) -> list[tuple[str, ...]]:
        """The commands that generate clients, in the order of the table."""
        return [tuple(shlex.split(line)) for line in self.example("sh").splitlines()]

    def example(self, language: str) -> str:
        """Return the blocks of a language as one program."""
        found = [one["text"] for one in _BLOCK.finditer(self._text) if one["language"] == language]
        return "\n".join(found)

    def printed_by(self, language: str) -> set[str]:
        """Return the names that begin the lines that an example prints."""
        return set(_PRINTED.findall(self.example(language)))

    @property
    def rows(self) -> list[str]:
        """The rows of the table of generators, as they are written."""
        lines = iter(self._text.splitlines())
        while not next(lines).startswith(TABLE_HEAD):
            pass
        next(lines)
        found = []
        while (line := next(lines)).startswith("|"):
            found.append(line)
        return found


def table_row(cells: Sequence[str]) -> str:
    """Write a row as the page does."""
    return f"| {' | '.join(cells)} |"
