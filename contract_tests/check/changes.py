"""What changed since the last green check, or why that cannot be decided.

A check that is green records the tree: branch, and a digest of each file. Without a record the change is that
since the last commit.
"""

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from contract_tests.tools import ToolError, output, run

RECORD = Path("reports") / "check.json"
_CONFLICT = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
#: the errors of the parser alone, of all files that it is passed
_PARSE_PAGE = """
const ts = require("typescript"), fs = require("fs");
for (const file of process.argv.slice(1)) {
  const { parseDiagnostics } = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  for (const one of parseDiagnostics) console.log(`${file}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`);
}
"""
PARSERS: Mapping[str, Callable[[str], object]] = {
    ".json": json.loads,
    ".py": ast.parse,
    ".toml": tomllib.loads,
}
PAGE_CODE = (".js", ".mjs", ".ts", ".tsx")


class Undecided(Exception):
    """The gates that a change reaches cannot be decided, so all of them have to run; the message says why."""


def changes(root: Path) -> list[str]:
    """Return the files that changed.

    Raises:
        Undecided: git does not answer, the branch is another one, or a changed file does not parse.
    """
    try:
        found = _changed(root)
        _parse(root, found)
    except ToolError as error:
        raise Undecided(str(error)) from error
    return found


def record(root: Path) -> None:
    """Record the tree, on which all gates that it reached were green."""
    text = json.dumps({"branch": _branch(root), "files": _digests(root)})
    (root / RECORD).parent.mkdir(exist_ok=True)
    (root / RECORD).write_text(text)


def _changed(root: Path) -> list[str]:
    branch = _branch(root)
    if not (root / RECORD).is_file():
        return sorted({*_lines(root, "diff", "--name-only", "-z", "HEAD"), *_new(root)})
    try:
        recorded = json.loads((root / RECORD).read_text())
        before, then = dict(recorded["files"]), recorded["branch"]
    except (ValueError, KeyError, TypeError):
        raise Undecided(f"{RECORD} is damaged") from None
    if then != branch:
        raise Undecided(f"the branch was {then} at the last check, and is {branch}")
    now = _digests(root)
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def _branch(root: Path) -> str:
    return output(("git", "rev-parse", "--abbrev-ref", "HEAD"), root).strip()


def _new(root: Path) -> list[str]:
    return _lines(root, "ls-files", "--others", "--exclude-standard", "-z")


def _lines(root: Path, *arguments: str) -> list[str]:
    return [name for name in output(("git", *arguments), root).split("\0") if name]


def _digests(root: Path) -> dict[str, str]:
    names = {*_lines(root, "ls-files", "-z"), *_new(root)}
    files = {name: root / name for name in names}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if path.is_file()
    }


def _parse(root: Path, changed: list[str]) -> None:
    present = [name for name in changed if (root / name).is_file()]
    for name in present:
        content = (root / name).read_bytes()
        if _CONFLICT.search(content):
            raise Undecided(f"{name} has conflict markers")
        parser = PARSERS.get(Path(name).suffix)
        try:
            if parser is not None:
                parser(content.decode())
        except (SyntaxError, ValueError) as error:
            raise Undecided(f"{name} does not parse: {error}") from error
    page = [str(root / name) for name in present if name.endswith(PAGE_CODE)]
    if page:
        done = run(("node", "-e", _PARSE_PAGE, *page), root / "frontend")
        if done.returncode or done.stdout:
            text = (done.stdout or done.stderr).strip().splitlines()[0]
            raise Undecided(f"the page does not parse: {text.removeprefix(f'{root}/')}")
