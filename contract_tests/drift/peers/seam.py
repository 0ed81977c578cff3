"""Runs seamcheck on a tree and exits with 1 if it finds what it did not find on the unchanged tree, as its gate does.

Its own `seamcheck check` compares with a commit, and a tree of the lab is no checkout.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.peers.tools import SEAMCHECK
from contract_tests.drift.trees import Tree

NOT_SCANNED = 3  #: exit status if there is nothing to compare
LIMIT = 100_000  #: findings in one answer


def findings(program: Path, folder: Path) -> dict[str, str]:
    """Return a line for each finding in a folder, by its id."""
    command = (str(program), "--quiet", "findings", "--refresh", "--limit")
    done = subprocess.run(
        [*command, str(LIMIT)], cwd=folder, capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)["data"]["findings"]
    return {one["id"]: f"{one['file']}:{one['line']} {one['kind']} {one['label']}" for one in found}


def store(files: Files, before: Path) -> None:
    """Store the findings of the unchanged tree."""
    with tempfile.TemporaryDirectory(prefix="drift-") as folder:
        tree = Tree(Path(folder) / "tree", files)
        tree.create()
        before.write_text(json.dumps(sorted(findings(SEAMCHECK, tree.folder))), encoding="utf-8")


def main(program: Path, before: Path) -> int:
    """Compare this folder with the stored findings of the unchanged tree."""
    try:
        found = findings(program, Path.cwd())
    except (ValueError, KeyError) as error:
        sys.stderr.write(f"seamcheck gave no findings: {error}\n")
        return NOT_SCANNED
    earlier = json.loads(before.read_text(encoding="utf-8"))
    new = [line for name, line in found.items() if name not in earlier]
    sys.stdout.write("".join(f"{line}\n" for line in new))
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
