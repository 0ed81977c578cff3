"""Tests that a drift is applied to a copy, and that the copy is reset completely, whatever was written in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.drift.trees import LAB, Tree, digest, snapshot

FILES = {"pkg/a.py": b"WORD = 'a'\n", "pkg/b.txt": b"b\n", "frontend/x.ts": b"x\n"}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    copy = Tree(tmp_path / "tree", FILES)
    copy.create()
    return copy


def test_reset_restores_every_file(tree: Tree) -> None:
    tree.apply({"pkg/a.py": b"WORD = 'b'\n", "pkg/new.py": b""})
    # as a generator does: it writes in place and adds a file
    (tree.folder / "pkg" / "b.txt").write_bytes(b"c\n")
    (tree.folder / "frontend" / "report.xml").write_bytes(b"")
    assert set(tree.changed()) == {"pkg/a.py", "pkg/new.py", "pkg/b.txt", "frontend/report.xml"}
    tree.reset()
    assert tree.changed() == {}
    assert tree.read("pkg/a.py") == FILES["pkg/a.py"]


def test_reset_restores_a_deleted_file(tree: Tree) -> None:
    (tree.folder / "pkg" / "a.py").unlink()
    assert set(tree.changed()) == {"pkg/a.py"}
    tree.reset()
    assert tree.changed() == {}


def test_python_reads_the_text_that_was_written_last(tree: Tree) -> None:
    # same size, same second: a compiled file does not distinguish these
    command = [sys.executable, "-c", "import pkg.a; print(pkg.a.WORD)"]
    for word in "bcd":
        tree.apply({"pkg/a.py": f"WORD = '{word}'\n".encode()})
        done = subprocess.run(command, cwd=tree.folder, capture_output=True, text=True, check=True)
        assert done.stdout == f"{word}\n"


def test_packages_are_shared_and_not_removed(tree: Tree) -> None:
    packages = tree.folder / "frontend" / "node_modules"
    shared = packages.resolve()
    assert packages.is_symlink()
    # as the end of the lab does
    shutil.rmtree(tree.folder)
    assert shared.is_dir()


def test_a_snapshot_contains_what_git_tracks() -> None:
    files = snapshot()
    assert {"openapi.json", "quant_engine/api/main.py", "frontend/src/main.tsx"} <= set(files)
    assert not [name for name in files if "node_modules" in name or name.startswith("reports/")]


def test_a_digest_covers_the_files_that_are_read_and_not_the_lab() -> None:
    whole = digest(FILES)
    assert digest({**FILES, f"{LAB}runner.py": b"other"}) == whole
    assert digest({**FILES, "pkg/b.txt": b"c\n"}) != whole
    assert digest({**FILES, "pkg/b.txt": b"c\n"}, ("frontend/",)) == digest(FILES, ("frontend/",))
