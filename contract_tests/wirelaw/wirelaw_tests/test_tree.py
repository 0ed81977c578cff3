"""Which files are read: sources of the product, each once, and no link is followed."""

import os
from pathlib import Path

from wirelaw.tree import MAX_SCRIPT_BYTES, Tree
from wirelaw_tests.conftest import Write


def test_sources_are_read_and_tests_and_dependencies_are_not(write: Write) -> None:
    root = write(
        {
            "api/main.py": "",
            "api/tests/test_main.py": "",
            "api/test_more.py": "import pytest\n\nclass TestMore: ...\n",
            "api/test_run.py": "from pydantic import BaseModel\n\nclass TestRun(BaseModel): ...\n",
            "web/package.json": "{}",
            "web/src/app.tsx": "",
            "web/src/app.test.tsx": "",
            "web/src/types.d.ts": "",
            "web/node_modules/react/index.js": "",
            ".venv/lib/x.py": "",
        }
    )
    tree = Tree.walk(root)
    # a model of runs of tests is no test
    assert tree.python == ("api/main.py", "api/test_run.py")
    assert tree.page == ("web/src/app.tsx",)
    assert (tree.projects, tree.pages) == (("web",), ("web",))


def test_a_file_belongs_to_the_nearest_project(write: Write) -> None:
    root = write(
        {
            "package.json": "{}",
            "a.ts": "",
            "web/tsconfig.json": "{}",
            "web/b.ts": "",
        }
    )
    tree = Tree.walk(root)
    assert [tree.project_of(path) for path in tree.page] == ["", "web"]


def test_folders_choose_the_sides_and_exclude_leaves_out(write: Write) -> None:
    names = ("api/a.py", "tool/b.py", "api/old/c.py", "web/d.ts", "legacy/e.ts", "web/gen/f.ts")
    root = write(dict.fromkeys(names, ""))
    tree = Tree.walk(root, exclude=("api/old", "*/gen/*"), service=("api/",), page=("web",))
    assert (tree.python, tree.page) == (("api/a.py",), ("web/d.ts",))
    assert Tree.walk(root, service=(".",)).python == ("api/a.py", "api/old/c.py", "tool/b.py")


def test_links_and_pipes_are_not_followed(write: Write) -> None:
    root = write({"api/a.py": ""})
    (root / "api" / "loop").symlink_to(root, target_is_directory=True)
    (root / "api" / "again.py").symlink_to(root / "api" / "a.py")
    (root / "api" / "gone.py").symlink_to(root / "nothing.py")
    os.mkfifo(root / "api" / "pipe.py")
    assert Tree.walk(root).python == ("api/a.py",)


def test_a_bundle_is_named_and_not_read(write: Write) -> None:
    root = write(
        {
            "web/vendor.js": b"1;" * (MAX_SCRIPT_BYTES // 2 + 1),
            "web/types.ts": b"//" + b"x" * MAX_SCRIPT_BYTES,
        }
    )
    tree = Tree.walk(root)
    assert (tree.page, tree.bundles) == (("web/types.ts",), ("web/vendor.js",))


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path) -> None:
    (unseen,) = Tree.walk(tmp_path / "gone").unseen
    assert str(unseen) == "could not look at .: No such file or directory"
