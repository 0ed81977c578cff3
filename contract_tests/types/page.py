"""A copy of the page's sources in which anything may be broken, and the commands that must notice."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.repository import FILE, ROOT
from contract_tests.tools import ToolError, run

FRONTEND = ROOT / "frontend"
APART = shutil.ignore_patterns("node_modules", "dist", "traces")
#: file and line, in the words of each tool
_PLACES = (
    re.compile(r"^(?:frontend/)?(?P<file>[\w./-]+\.tsx?)\((?P<line>\d+),\d+\): (?P<said>.*)$"),
    re.compile(r"^(?:frontend/)?(?P<file>[\w./-]+\.tsx?):(?P<line>\d+):\d+: (?P<said>.*)$"),
    re.compile(r"^::error .*?file=(?P<file>[^,]+),line=(?P<line>\d+),.*?::(?P<said>.*)$"),
)


@dataclass(frozen=True)
class Complaint:
    """What a tool said of a line."""

    file: str  #: below frontend/
    line: int
    said: str


class Page:
    """A copy of `frontend/` with its contract."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.frontend = folder / "frontend"
        shutil.copytree(FRONTEND, self.frontend, ignore=APART)
        (self.frontend / "node_modules").symlink_to(FRONTEND / "node_modules")
        shutil.copy(FILE, folder)

    def write(self, name: str, text: str) -> None:
        """Write a file below `frontend/`."""
        path = self.frontend / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file below `frontend/`; the old text must be there."""
        text = (self.frontend / name).read_text(encoding="utf-8")
        assert old in text, f"{name} no longer has {old!r}: plant this fault elsewhere"
        self.write(name, text.replace(old, new))

    def change_contract(self, document: dict[str, Any]) -> None:
        """Write another contract; its types are not made anew."""
        text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        (self.root / "openapi.json").write_text(text, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the page."""
        return run(command, self.frontend, seconds=60)

    def tool(self, name: str, *arguments: str) -> list[Complaint]:
        """Run one of the page's tools; what it complains of, by file and line."""
        program = str(self.frontend / "node_modules" / ".bin" / name)
        command = ("node", *arguments) if name == "node" else (program, *arguments)
        done = self.run(*command)
        found = complaints((done.stdout + done.stderr).replace(f"{self.frontend}/", ""))
        if done.returncode != 0 and not found:
            raise ToolError(f"The gate could not run: {command} broke.\n{done.stdout}{done.stderr}")
        return found

    def compile(self) -> list[Complaint]:
        """Run what `npm run typecheck` runs."""
        return self.tool("tsc", "--noEmit", "--pretty", "false", "-p", "tsconfig.json")

    def lint(self, *places: str) -> list[Complaint]:
        """Run what `npm run lint` runs, less the formatter."""
        return [
            *self.tool("biome", "lint", "--reporter=github", "--max-diagnostics=none", *places),
            *self.tool("oxlint", "--type-aware", "--deny-warnings", "--format=unix", *places),
            *self.tool("node", "lint/wire-rules.mjs"),
        ]


def complaints(output: str) -> list[Complaint]:
    """Read what tools said."""
    matches = [place.match(line) for line in output.splitlines() for place in _PLACES]
    return [
        Complaint(match["file"], int(match["line"]), match["said"]) for match in matches if match
    ]
