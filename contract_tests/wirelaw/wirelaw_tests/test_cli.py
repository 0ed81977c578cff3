"""The commands as users run them: exit codes, reports, the baseline, and one line for bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import wirelaw
from wirelaw import cli, page
from wirelaw.baseline import FILE
from wirelaw_tests.conftest import Write
from wirelaw_tests.planted import CLEAN_SOURCES, PLANTED, SOURCES

Output = pytest.CaptureFixture[str]


READ_PAGE = page.read
pytestmark = pytest.mark.usefixtures("empty_page")


@pytest.fixture(autouse=True)
def _checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "CHECKS", (PLANTED,))


def run(capsys: Output, *arguments: object) -> tuple[int, list[str]]:
    """Run the program; what it prints must be the same on stdout and stderr."""
    code = cli.main([str(one) for one in arguments])
    captured = capsys.readouterr()
    return code, (captured.out + captured.err).splitlines()


def test_check_is_clean_or_names_each_drift(write: Write, capsys: Output) -> None:
    root = write(CLEAN_SOURCES)
    assert run(capsys, "check", root) == (0, ["0 new drifts; 1 check ran"])
    write(SOURCES)
    code, lines = run(capsys, "check", root)
    assert (code, lines[-1]) == (1, "2 new drifts; 1 check ran")
    assert lines[0].startswith('api/a.py:1 sends "one"; web/a.ts:1 handles "ONE" [planted]')


def test_checks_are_selected(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    assert run(capsys, "check", root, "--skip", "planted")[0] == 0
    assert run(capsys, "check", root, "--only", "planted", "--level", "0")[0] == 1
    code, lines = run(capsys, "check", root, "--only", "plantd")
    assert (code, lines) == (2, ["wirelaw: no check has the code plantd; there are planted"])


def test_a_report_goes_to_a_file_and_text_to_the_terminal(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    report = root / "report.json"
    code, lines = run(capsys, "check", root, "--format", "json", "--output", report)
    assert (code, lines[-1]) == (1, "2 new drifts; 1 check ran")
    assert len(json.loads(report.read_text())["findings"]) == 2


def test_the_baseline_lives(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    assert run(capsys, "baseline", "write", root, "--why", "later") == (
        0,
        [f"{FILE}: 2 entries, 0 deleted"],
    )
    assert run(capsys, "check", root) == (0, ["0 new drifts, 2 in the baseline; 1 check ran"])
    assert "later; since" in run(capsys, "baseline", "show", root)[1][0]
    # one moves and one goes
    write({"api/a.py": "\n\n\nC = 3  # drift two\n"})
    code, (line, _) = run(capsys, "check", root)
    assert code == 1
    assert "tolerates planted of one; no such drift is found [baseline-stale]" in line
    assert run(capsys, "baseline", "prune", root) == (0, [f"{FILE}: 1 entry, 1 deleted"])
    assert run(capsys, "check", root)[0] == 0


def test_an_expired_entry_fails_and_is_renewed(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    run(capsys, "baseline", "write", root, "--until", "2020-01-31")
    code, lines = run(capsys, "check", root)
    assert code == 1
    assert 'tolerates until 2020-01-31: sends "one"; api/a.py:1' in lines[0]
    run(capsys, "baseline", "write", root)
    assert run(capsys, "check", root)[0] == 0


def test_nothing_is_pruned_after_an_incomplete_look(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    run(capsys, "baseline", "write", root)
    write({"api/a.py": "broken(\n"})
    code, lines = run(capsys, "baseline", "prune", root)
    assert (code, lines[-1].partition(",")[0]) == (2, "nothing is deleted")
    assert run(capsys, "baseline", "show", root)[1][-1] == f"{FILE}: 2 entries"


def test_explain_quotes_both_sides(write: Write, capsys: Output) -> None:
    root = write(SOURCES)
    found = json.loads("\n".join(run(capsys, "check", root, "--format", "json")[1]))
    code, lines = run(capsys, "explain", found["findings"][1]["id"][:6], root)
    text = "\n".join(lines)
    assert code == 0
    for part in (
        PLANTED.meaning,
        "  >     3 | C = 3  # drift two",
        "  >     1 | export const a = 1;",
        "Fix: write one name",
        'names = ["two"]',
    ):
        assert part in text


def test_explain_of_a_check_needs_no_repository(capsys: Output) -> None:
    code, lines = run(capsys, "explain", "planted")
    assert (code, lines[0]) == (0, "planted, of level 0 (sources)")
    assert any("| `planted` | 0 sources |" in line for line in run(capsys, "explain")[1])
    assert run(capsys, "explain", "baseline-stale")[0] == 0


def test_explain_of_nothing_is_one_line(write: Write, capsys: Output) -> None:
    code, (line,) = run(capsys, "explain", "ffffffff", write(CLEAN_SOURCES))
    assert code == 2
    assert line.startswith("wirelaw: no drift has the id ffffffff now, and no check this code")


def test_map_needs_no_configuration(write: Write, capsys: Output) -> None:
    code, lines = run(capsys, "map", write(SOURCES))
    assert code == 0
    assert lines[0] == "Source files: 1 of the service, 1 of the page (web)"


def test_what_cannot_be_read_is_one_line_each_and_the_rest_is_looked_at(
    write: Write, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "read", READ_PAGE)
    root = write(
        {
            **SOURCES,
            "api/b.py": "def f(:\n",
            "api/c.py": b"C = '\xe9'\n",
            "web/b.ts": "const = ;",
            "web/c.ts": b"let a = '\xe9';",
            "web/tsconfig.json": "{,}",
        }
    )
    (root / "web" / "loop").symlink_to(root, target_is_directory=True)
    code, lines = run(capsys, "check", root)
    assert code == 2
    assert lines[0].startswith("api/a.py:1 ")
    start = "could not look at "
    assert [one.removeprefix(start)[:30] for one in lines if one.startswith(start)] == [
        "api/b.py:1: Python cannot read",
        "api/c.py: Python cannot read i",
        "web/b.ts:1: TypeScript: Variab",
        "web/c.ts: it is not UTF-8",
        "web/tsconfig.json: TypeScript:",
    ]
    assert lines[-1] == "2 new drifts, 5 not looked at; 1 check ran"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({FILE: "no toml"}, f"wirelaw: {FILE} cannot be read: "),
        ({"wirelaw.toml": "x = 1"}, "wirelaw: wirelaw.toml has the unknown key x; "),
        ({"pyproject.toml": "["}, "wirelaw: pyproject.toml cannot be read: "),
    ],
)
def test_a_file_of_its_own_that_is_wrong_is_one_line(
    write: Write, capsys: Output, files: dict[str, str | bytes], line: str
) -> None:
    code, (printed,) = run(capsys, "check", write({**SOURCES, **files}))
    assert code == 2
    assert printed.startswith(line)


def test_a_path_that_is_no_folder_is_one_line(write: Write, capsys: Output) -> None:
    root = write({"file": ""})
    for command in (["map"], ["check"], ["baseline", "write"], ["explain", "a1"]):
        code, (line,) = run(capsys, *command, root / "gone")
        assert code == 2
        assert line == f"wirelaw: {root / 'gone'} does not exist; name the root of a checkout"
    assert run(capsys, "check", root / "file")[1][0].startswith(f"wirelaw: {root / 'file'} is not")


def test_a_report_that_cannot_be_written_is_one_line(write: Write, capsys: Output) -> None:
    code, (line,) = run(capsys, "check", write(SOURCES), "--output", "/nowhere/report")
    assert (code, line[:9]) == (2, "wirelaw: ")


def test_no_node_is_one_line_and_the_service_is_read(
    write: Write, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(SOURCES)
    monkeypatch.setattr(page, "read", READ_PAGE)
    monkeypatch.setenv("PATH", "/nowhere")
    code, lines = run(capsys, "check", root)
    assert code == 2
    assert lines[2] == "could not look at the page: Node is not installed; install Node 18 or newer"


def test_a_side_without_sources_is_one_line(write: Write, capsys: Output) -> None:
    root = write({"api/a.py": ""})
    code, lines = run(capsys, "check", root)
    assert (code, lines[0]) == (
        2,
        f"could not look at the page: there are no TypeScript sources below {root}",
    )


def test_it_runs_as_a_module_from_any_folder(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "wirelaw", "--version")
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == f"wirelaw {wirelaw.VERSION}\n"
