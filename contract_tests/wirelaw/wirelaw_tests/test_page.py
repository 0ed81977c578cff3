"""The program of Node: what it cannot read is named, and nothing of it ends the run."""

import os
from pathlib import Path

import pytest

from wirelaw import page
from wirelaw.tree import Tree
from wirelaw_tests.conftest import Write


def test_files_that_typescript_cannot_read_are_named_and_the_rest_is_read(write: Write) -> None:
    root = write(
        {
            "one/package.json": "{}",
            "one/broken.ts": "const a = 1;\nconst b = ;\n",
            "one/good.ts": "export const a: number = 'no number';\n",
            "one/latin.ts": b"const a = '\xe9';\n",
            "one/replaced.ts": "const a = '\N{REPLACEMENT CHARACTER}';\n",
            "two/tsconfig.json": "{ not json",
            "two/a.tsx": "export const A = () => <p>x</p>;\n",
            "loose.js": "export default 1;\n",
        }
    )
    tree = Tree.walk(root)
    tree = Tree(root, tree.python, (*tree.page, "one/gone.ts"), tree.projects)
    _, unseen = page.read(tree)
    assert {one.subject: one.reason for one in unseen} == {
        "one/broken.ts:2": "TypeScript: Expression expected.",
        "one/latin.ts": "it is not UTF-8",
        "one/gone.ts": "it cannot be read",
        "two/tsconfig.json": "TypeScript: ',' expected.",
    }


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("PATH", "/nowhere", "Node is not installed; install Node 18 or newer"),
        ("WIRELAW_TYPESCRIPT", "/nowhere.js", "no TypeScript 5 or 6 was found"),
    ],
)
def test_without_its_programs_the_page_is_named(
    write: Write, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(variable, value)
    facts, (unseen,) = page.read(Tree.walk(write({"a.ts": ""})))
    assert unseen.subject == "the page"
    assert reason in unseen.reason
    # a check may ask for any kind of fact
    assert facts["calls"] == []


def test_no_page_needs_no_node(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    assert page.read(Tree.walk(write({"a.py": ""}))) == ({}, [])


def test_the_options_are_looked_for_where_the_program_looks() -> None:
    program = Path(page.__file__).with_name("page") / "program.mjs"
    listed = ", ".join(f'"{name}"' for name in page.CONFIGURATIONS)
    assert f"[{listed}]" in program.read_text(encoding="utf-8")


def test_readers_that_are_not_needed_do_not_run(write: Write) -> None:
    tree = Tree.walk(write({"a.ts": "export const get = () => fetch('/api/jobs');\n"}))
    (whole, _), (part, _) = page.read(tree), page.read(tree, ("answers",))
    assert [one["fact"] for one in whole.pop("answers")] == ["answer"]
    assert part == whole
    assert part["calls"] != []
