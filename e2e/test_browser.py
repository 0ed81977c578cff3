"""Without a browser the session fails and says how to get one; nothing is skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.repository import ROOT
from e2e.browser import NAMES, VARIABLE, NoBrowser, find_browser


def program(folder: Path, name: str) -> str:
    file = folder / name
    file.touch(mode=0o755)
    return str(file)


def test_the_first_browser_on_the_path_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    last = program(tmp_path, NAMES[-1])
    assert find_browser() == last
    first = program(tmp_path, NAMES[0])
    assert find_browser() == first


def test_the_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path, "mine")
    monkeypatch.setenv(VARIABLE, mine)
    assert find_browser() == mine
    monkeypatch.setenv(VARIABLE, f"{mine}-that-is-gone")
    with pytest.raises(NoBrowser, match="that-is-gone"):
        find_browser()


def test_without_one_the_session_fails_and_says_what_to_do() -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "e2e/test_browser.py"],
        cwd=ROOT,
        env={**environment, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "apt-get install chromium" in ended.stdout + ended.stderr
