"""A description of the data that is never older than its files."""

import subprocess
import sys
from pathlib import Path

import pytest

from quant_engine.data.describe import describe
from quant_engine.data.manifest import read_manifest, signature
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace
from tests.data.folders import text_of, workspace_of


def test_a_description_is_kept_until_a_file_changes(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3])})
    assert read_manifest(workspace) is None
    made = describe(workspace)
    assert read_manifest(workspace) == made
    assert made.tickers[0].n_bars == 3
    workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3, 4])})
    assert read_manifest(workspace) is None
    assert describe(workspace).tickers[0].n_bars == 4
    workspace_of(tmp_path, {"BBB.csv": text_of([1, 2])})
    assert read_manifest(workspace) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"signature": "x"}'])
def test_a_damaged_description_is_reported(tmp_path: Path, content: bytes) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3])})
    describe(workspace)
    (workspace.home / "data" / "files.json").write_bytes(content)
    with pytest.raises(Unavailable):
        read_manifest(workspace)


def test_a_description_that_is_a_folder_is_reported(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3])})
    (workspace.home / "data" / "files.json").mkdir(parents=True)
    with pytest.raises(Unavailable) as caught:
        read_manifest(workspace)
    assert str(tmp_path) not in caught.value.message


def test_missing_data_are_reported(tmp_path: Path) -> None:
    for path in (None, tmp_path / "nowhere"):
        with pytest.raises(Unavailable, match="QUANT_ENGINE_DATA_PATH"):
            signature(Workspace(tmp_path, "files", path))
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        signature(Workspace(tmp_path, "files", tmp_path / "file"))


def test_the_command_reports_an_error_in_one_line(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": "no"})
    arguments = (str(workspace.home), "files", str(workspace.data_path))
    command = [sys.executable, "-m", "quant_engine.data.describe", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1].startswith("AAA.csv")
