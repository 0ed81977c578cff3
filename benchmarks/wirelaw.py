"""wirelaw on 2,000 files beside what the parsers alone need for them: python -m benchmarks.wirelaw [FOLDER…]."""

import ast
import io
import os
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from shutil import which

from wirelaw.cli import main as wirelaw
from wirelaw.tree import Tree

AIM_SECONDS = 20.0
FILES = 2000
TYPESCRIPT = Path(__file__).parents[1] / "frontend/node_modules/typescript/lib/typescript.js"
#: parses each file and does nothing else
PARSE = """
const ts = require(process.argv[1]);
const { readFileSync } = require("node:fs");
const files = JSON.parse(readFileSync(0, "utf8"));
for (const file of files) ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
"""
SERVICE = """
from typing import Literal
from fastapi import APIRouter
from pydantic import BaseModel, Field

router = APIRouter(prefix="/things{n}")

class Thing{n}(BaseModel):
    status: Literal["queued", "running", "done"]
    size: int = Field(default=10, ge=1, le=100)

@router.get("/{{thing_id}}")
def read_thing_{n}(thing_id: str) -> Thing{n}:
    return Thing{n}(status="done")
"""
PAGE = """
export interface Thing{n} {{ status: "queued" | "running" | "done"; size: number }}

export async function readThing{n}(id: string): Promise<Thing{n}> {{
  const response = await fetch(`/things{n}/${{id}}`);
  const thing = (await response.json()) as Thing{n};
  switch (thing.status) {{
    case "queued": case "running": case "done": return thing;
  }}
}}
"""


def write(folder: Path) -> None:
    for n in range(FILES // 2):
        for side, suffix, text in (("service", "py", SERVICE), ("page", "ts", PAGE)):
            path = folder / side / f"part{n % 20}" / f"thing{n}.{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(n=n))
    (folder / "page" / "tsconfig.json").write_text('{"compilerOptions": {"strict": true}}')


def parse(tree: Tree) -> tuple[float, float]:
    """Return the seconds that both parsers take, one after the other: Python's and TypeScript's."""
    start = time.perf_counter()
    for path in tree.python:
        try:
            ast.parse((tree.root / path).read_bytes())
        except (SyntaxError, ValueError):
            continue
    middle = time.perf_counter()
    files = ", ".join(f'"{tree.root.resolve() / path}"' for path in tree.page)
    node = which("node")
    if node is None:
        sys.exit("Node is missing: install Node 20.19 or newer.")
    command = [node, "-e", PARSE, str(TYPESCRIPT)]
    subprocess.run(command, input=f"[{files}]", text=True, check=True)
    return middle - start, time.perf_counter() - middle


def measure(name: str, folder: Path) -> None:
    tree = Tree.walk(folder)
    python, typescript = parse(tree)
    start = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        wirelaw(["check", str(folder), "--level", "0"])
    seconds = time.perf_counter() - start
    alone = max(python, typescript)
    print(
        f"{name[:30]:30} {len(tree.python):>6} {len(tree.page):>6} {python:>9.1f} {typescript:>9.1f} "
        f"{seconds:>9.1f} {seconds / alone:>6.1f}"
    )


def main() -> None:
    os.environ.setdefault("WIRELAW_TYPESCRIPT", str(TYPESCRIPT))
    heads = ("Python", "TS", "ast s", "TS s", "check s")
    print(
        f"{'tree':30} {heads[0]:>6} {heads[1]:>6} {' '.join(f'{one:>9}' for one in heads[2:])}  ratio"
    )
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        measure(f"{FILES} files (aim: {AIM_SECONDS:.0f} s)", Path(folder))
    for name in sys.argv[1:]:
        measure(Path(name).name, Path(name))


if __name__ == "__main__":
    main()
