"""What a check runs after a change, and that it runs everything where it cannot decide."""

import subprocess
from pathlib import Path

import pytest

from contract_tests.check import __main__ as program
from contract_tests.check.changes import RECORD, Undecided, changes, record
from contract_tests.check.reach import ABOUT, Command, commands, nearest_tests
from contract_tests.drift.gates import GATES
from contract_tests.repository import ROOT

FIELD = ("quant_engine/domain/parameters.py", "openapi.json", "docs/wire.md")
COMPONENT = ("frontend/src/components/jobs/CurlButton.tsx",)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("quant_engine/disk.py", "openapi.json", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("7\n")
    (tmp_path / ".gitignore").write_text("reports/\n")
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "node_modules").symlink_to(ROOT / "frontend" / "node_modules")
    (tmp_path / ".gitignore").write_text("reports/\nnode_modules\n")
    git(tmp_path, "init", "-q", "-b", "trunk")
    commit(tmp_path)
    return tmp_path


def git(tree: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=tree, check=True, capture_output=True)


def commit(tree: Path) -> None:
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "A commit.")


def names(*changed: str) -> set[str]:
    found = commands(ROOT, changed)
    return {name for command in found for name in command.name.split(", ")}


def test_a_change_since_the_last_green_check_is_found_and_a_commit_hides_none(tree: Path) -> None:
    assert changes(tree) == []
    (tree / "quant_engine" / "disk.py").write_text("8\n")
    (tree / "quant_engine" / "new.py").write_text("")
    assert changes(tree) == ["quant_engine/disk.py", "quant_engine/new.py"]
    record(tree)
    assert changes(tree) == []
    (tree / "quant_engine" / "new.py").unlink()
    commit(tree)
    assert changes(tree) == ["quant_engine/new.py"]


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("quant_engine/disk.py", "def broken(:\n", "quant_engine/disk.py does not parse"),
        ("openapi.json", "{", "openapi.json does not parse"),
        ("README.md", "<<<<<<< HEAD\n", "README.md has conflict markers"),
        ("frontend/src/a.ts", "const = ;\n", "frontend/src/a.ts"),
        ("reports/check.json", "{", "reports/check.json is damaged"),
    ],
)
def test_what_does_not_parse_is_not_decided(tree: Path, file: str, text: str, why: str) -> None:
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    (tree / file).write_text(text)
    with pytest.raises(Undecided, match=why):
        changes(tree)


def test_another_branch_is_not_decided(tree: Path) -> None:
    record(tree)
    git(tree, "checkout", "-q", "-b", "topic")
    with pytest.raises(Undecided, match="the branch was trunk at the last check, and is topic"):
        changes(tree)


def test_without_git_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main([], tmp_path) == program.UNDECIDED
    assert "cannot decide what to run: The gate could not run: git" in capsys.readouterr().out
    monkeypatch.setenv("PATH", "")
    assert program.main([], tmp_path) == program.UNDECIDED
    assert "the program git is missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "frontend/src/types/new.gen.ts",
        "quant_engine/data.db",
        "new.cfg",
        "uv.lock",
        "pyproject.toml",
    ],
)
def test_a_file_that_no_gate_is_known_to_read_is_not_decided(name: str) -> None:
    with pytest.raises(Undecided, match=name):
        commands(ROOT, [name])


def test_a_change_of_a_field_reaches_the_contract_and_no_law_of_streams() -> None:
    found = names(*FIELD)
    assert {"wire", "mypy", "liveness-requests", "types-page", "openapi.json"} <= found
    assert not {"streams", "interleaving", "faults", "tests-screens"} & found
    assert {"streams", "interleaving"} <= names("quant_engine/api/jobs/store.py")


def test_a_change_of_wirelaw_reaches_its_own_tests_and_what_uses_it() -> None:
    folder = "contract_tests/wirelaw/src/wirelaw"
    found = names(f"{folder}/words/pairs.py")
    assert found == {"lint", "house-rules", "layers", "packages"}
    (tests,) = [
        one for one in commands(ROOT, [f"{folder}/words/pairs.py"]) if "pytest" in one.program
    ]
    assert "contract_tests/wirelaw/wirelaw_tests" in tests.program
    assert {"wire", "coercion"} <= names(f"{folder}/finding.py")
    assert {"wire-rules", "page-faults"} <= names(f"{folder}/page/reads.mjs")


def test_a_change_of_a_component_reaches_the_page_alone() -> None:
    found = names(*COMPONENT)
    assert {
        "types-page",
        "lint-page",
        "liveness-answers",
        "the nearest tests of the page",
    } <= found
    assert not {"mypy", "lint", "observed", "tests-screens", "openapi.json"} & found


def test_the_nearest_tests_of_a_component_are_those_that_import_it_first(tmp_path: Path) -> None:
    files = {
        "src/Row.tsx": "",
        "src/Table.tsx": 'import { Row } from "./Row.tsx";',
        "src/App.tsx": 'const page = import("./Table.tsx");',
        "tests/Table.test.tsx": 'import {\n  Table,\n} from "../src/Table.tsx";',
        "tests/App.test.tsx": 'import "../src/App.tsx";',
        "src/pages/JobsPage/Tab.tsx": 'import { Cell } from "../../Cell.tsx";',
        "src/Cell.tsx": "",
        "tests/JobsPage.test.tsx": 'import "../src/App.tsx";',
    }
    for name, text in files.items():
        (tmp_path / "frontend" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "frontend" / name).write_text(text)
    assert nearest_tests(tmp_path, ["frontend/src/Row.tsx"]) == ["tests/Table.test.tsx"]
    assert nearest_tests(tmp_path, ["frontend/src/Cell.tsx"]) == ["tests/JobsPage.test.tsx"]
    assert nearest_tests(tmp_path, ["frontend/tests/App.test.tsx"]) == ["tests/App.test.tsx"]
    assert nearest_tests(tmp_path, ["frontend/src/index.css"]) == []


def test_the_tests_beside_a_changed_module_run() -> None:
    (tests,) = (one for one in commands(ROOT, ["quant_engine/disk.py"]) if "pytest" in one.program)
    assert "tests/test_disk.py" in tests.program


def test_every_gate_is_reached_by_something() -> None:
    assert set(ABOUT) <= set(GATES)
    for name, gate in GATES.items():
        about = ABOUT.get(name, gate.reads)
        assert any(one.startswith(gate.reads) for one in about), name


def test_a_red_gate_is_shown_and_not_recorded(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = [Command("planted", ("sh", "-c", "echo the place; exit 1"))]
    monkeypatch.setattr(program, "commands", lambda *_: failing)
    assert program.main([], tree) == program.FAILED
    assert "RED   planted\nthe place" in capsys.readouterr().out
    assert not (tree / RECORD).exists()
    monkeypatch.setattr(program, "commands", lambda *_: [Command("planted", ("true",))])
    assert program.main([], tree) == 0
    assert (tree / RECORD).exists()
