"""A copy of the page's sources that a test may change, and the commands that must report the change."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from contract_tests.tools import ToolError, run
from wirelaw.finding import Finding

IGNORED = shutil.ignore_patterns("node_modules", "dist", "traces")
PART = "page-types"
#: what the page's rules take from wirelaw
SHARED = "contract_tests/wirelaw/src/wirelaw/page"
_FILE = r"^(?:frontend/)?(?P<file>[\w./-]+\.tsx?)"
#: a diagnostic as each tool prints it: tsc, alone or run by typecheck.mjs; oxlint and wire-rules; biome
_DIAGNOSTICS = (
    re.compile(_FILE + r"[(:](?P<line>\d+)[,:]\d+\)?: error (?P<code>TS\d+): (?P<found>.*)$"),
    re.compile(
        _FILE + r":(?P<line>\d+):\d+: (?!error TS)(?P<found>.*?)(?: \[\w+(?:/(?P<code>\S+))?\])?$"
    ),
    re.compile(
        r"^::(?:error|warning) (?:title=(?P<code>[^,]+),)?.*?file=(?P<file>[^,]+),line=(?P<line>\d+),.*?::(?P<found>.*)$"
    ),
)


class Page:
    """A copy of a repository's `frontend/`, of its contract, and of what its rules share with wirelaw."""

    def __init__(self, folder: Path, repository: Path) -> None:
        frontend = repository / "frontend"
        self.root = folder
        self.frontend = folder / "frontend"
        shutil.copytree(frontend, self.frontend, ignore=IGNORED)
        shutil.copytree(repository / SHARED, folder / SHARED)
        (self.frontend / "node_modules").symlink_to(frontend / "node_modules")
        shutil.copy(repository / "openapi.json", folder)

    def write(self, name: str, text: str) -> None:
        """Write a file below `frontend/`."""
        path = self.frontend / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file below `frontend/` that has the old text."""
        text = (self.frontend / name).read_text(encoding="utf-8")
        assert old in text, f"{name} no longer has {old!r}: plant this fault elsewhere"
        self.write(name, text.replace(old, new))

    def narrow(self, *places: str) -> None:
        """Let every tool read only these places and what they import, which takes a third of the time."""
        whole = '"include": ["src", "tests", "vite.config.ts"]'
        self.edit("tsconfig.json", whole, f'"include": {json.dumps(places)}')

    def change_contract(self, document: dict[str, Any]) -> None:
        """Write another contract; its types are not regenerated."""
        text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        (self.root / "openapi.json").write_text(text, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the page."""
        return run(command, self.frontend, seconds=180)

    def tool(self, name: str, *arguments: str) -> list[Finding]:
        """Run one of the page's tools and return its diagnostics."""
        program = str(self.frontend / "node_modules" / ".bin" / name)
        command = ("node", *arguments) if name == "node" else (program, *arguments)
        done = self.run(*command)
        found = diagnostics((done.stdout + done.stderr).replace(f"{self.frontend}/", ""))
        if done.returncode != 0 and not found:
            raise ToolError(f"The gate could not run: {command} broke.\n{done.stdout}{done.stderr}")
        return found

    def compile(self) -> list[Finding]:
        """Run what `npm run typecheck` runs, in one thread: the others of a test run take both processors anyway."""
        return self.tool(
            "tsc", "--noEmit", "--singleThreaded", "--pretty", "false", "-p", "tsconfig.json"
        )

    def lint(self, *places: str) -> list[Finding]:
        """Run what `npm run lint` runs, without the formatter."""
        return [
            *self.tool("biome", "lint", "--reporter=github", "--max-diagnostics=none", *places),
            *self.tool("oxlint", "--type-aware", "--deny-warnings", "--format=unix", *places),
            *self.tool("node", "lint/wire-rules.mjs"),
        ]


def diagnostics(output: str) -> list[Finding]:
    """Read the diagnostics of any of the tools: the pointer is the file and line, the code the tool's rule."""
    # typecheck.mjs adds a command to the first line; tsc indents the others of a diagnostic
    output = re.sub(r" Fix it, then run: .*", "", output)
    lines = re.sub(r"\n {2,}(?=\S)", " ", output).splitlines()
    matches = [pattern.match(line) for line in lines for pattern in _DIAGNOSTICS]
    return [
        Finding(
            part=PART,
            pointer=f"frontend/{match['file']}:{match['line']}",
            code=match["code"] or "syntax",
            expected="",
            found=match["found"],
            fix="fix the page, or run `npm --prefix frontend run types` if the contract changed",
        )
        for match in matches
        if match
    ]
