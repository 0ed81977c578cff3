"""What is refused from the manifest alone, and a cache that is never older than its files."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from quant_engine.data.describe import describe
from quant_engine.data.manifest import (
    DataManifest,
    TickerManifest,
    check_universe,
    read_manifest,
    signature,
    years_before,
)
from quant_engine.domain.errors import ErrorCode, Refused, Unavailable
from quant_engine.domain.work import Workspace
from tests.data.folders import text_of, workspace_of

LAST = date(2022, 12, 28)
FIRST = {"AAA": date(1990, 1, 2), "BBB": date(2000, 1, 3), "CCC": date(2015, 1, 2)}
MANIFEST = DataManifest(
    source="demo",
    data_mode="demo",
    fingerprint="f",
    tickers=[
        TickerManifest(ticker=name, first_date=first, last_date=LAST, n_bars=1)
        for name, first in FIRST.items()
    ],
    core_list=["AAA", "BBB"],
    first_date=FIRST["AAA"],
    last_date=LAST,
    has_membership=False,
    survivorship_biased=True,
    fallbacks=[],
    problems=[],
)


def ask(manifest: DataManifest = MANIFEST, **changes: object) -> list[str]:
    asked: dict[str, object] = {"tickers": None, "full_universe": False, "years": 1, **changes}
    return check_universe(manifest, **asked)  # type: ignore[arg-type]


def refused(**changes: object) -> Refused:
    with pytest.raises(Refused) as caught:
        ask(**changes)  # type: ignore[arg-type]
    assert caught.value.message.endswith(".")
    return caught.value


def test_names_are_those_that_the_request_means() -> None:
    assert ask() == ["AAA", "BBB"]
    assert ask(full_universe=True) == ["AAA", "BBB", "CCC"]
    assert ask(tickers=["CCC", "AAA"]) == ["AAA", "CCC"]


def test_an_unknown_name_is_refused_where_it_stands() -> None:
    error = refused(tickers=["AAA", "../../x", "ZZZ"])
    assert error.code is ErrorCode.UNKNOWN_TICKER
    assert [path for path, _ in error.fields] == ["tickers.1", "tickers.2"]


@pytest.mark.parametrize(("extra", "most"), [(0, 32), (4, 28)])
def test_years_that_the_history_does_not_have_are_refused(extra: int, most: int) -> None:
    assert ask(years=most, extra_years=extra)
    error = refused(years=most + 1, extra_years=extra)
    assert error.code is ErrorCode.HISTORY_TOO_SHORT
    assert error.fields[0][0] == "years"
    assert f"{most} years" in error.message


def test_years_are_those_of_the_names_asked_for() -> None:
    assert ask(tickers=["CCC"], years=7)
    assert refused(tickers=["CCC"], years=8).code is ErrorCode.HISTORY_TOO_SHORT
    assert "longer history" in refused(tickers=["CCC"], years=1, extra_years=8).message


def test_a_point_in_time_universe_needs_membership() -> None:
    error = refused(survivorship=True)
    assert error.code is ErrorCode.SURVIVORSHIP_UNAVAILABLE
    assert error.fields[0][0] == "survivorship"
    assert ask(MANIFEST.model_copy(update={"has_membership": True}), survivorship=True)


def test_a_point_in_time_universe_holds_everyone_already() -> None:
    known = MANIFEST.model_copy(update={"has_membership": True})
    assert ask(known, survivorship=True) == ["AAA", "BBB", "CCC"]
    error = refused(manifest=known, survivorship=True, full_universe=True)
    assert error.fields[0][0] == "full_universe"


def test_a_full_universe_that_changes_nothing_is_refused() -> None:
    everyone = MANIFEST.model_copy(update={"core_list": ["AAA", "BBB", "CCC"]})
    assert refused(manifest=everyone, full_universe=True).fields[0][0] == "full_universe"


def test_a_leap_day_has_an_earlier_year() -> None:
    assert years_before(date(2020, 2, 29), 1) == date(2019, 2, 28)
    assert years_before(date(2020, 2, 29), 4) == date(2016, 2, 29)


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
def test_a_damaged_description_is_said(tmp_path: Path, content: bytes) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3])})
    describe(workspace)
    (workspace.home / "data" / "files.json").write_bytes(content)
    with pytest.raises(Unavailable):
        read_manifest(workspace)


def test_a_description_that_is_a_folder_is_said(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": text_of([1, 2, 3])})
    (workspace.home / "data" / "files.json").mkdir(parents=True)
    with pytest.raises(Unavailable) as caught:
        read_manifest(workspace)
    assert str(tmp_path) not in caught.value.message


def test_data_that_are_not_there_are_said(tmp_path: Path) -> None:
    for path in (None, tmp_path / "nowhere"):
        with pytest.raises(Unavailable, match="QUANT_ENGINE_DATA_PATH"):
            signature(Workspace(tmp_path, "files", path))
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        signature(Workspace(tmp_path, "files", tmp_path / "file"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=os.environ
    )


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, {"AAA.csv": "no"})
    said = run(
        "-m", "quant_engine.data.describe", str(workspace.home), "files", str(workspace.data_path)
    )
    assert said.returncode == 1
    assert said.stderr.strip().splitlines()[-1].startswith("AAA.csv")


def test_reading_a_manifest_loads_no_library(tmp_path: Path) -> None:
    code = (
        "import sys; import quant_engine.data.manifest as m; "
        "from quant_engine.domain.work import Workspace; from pathlib import Path; "
        f"m.read_manifest(Workspace(Path({str(tmp_path)!r}))); "
        "import quant_engine.models.registry, quant_engine.artifacts; "
        "print({'numpy', 'pandas', 'sklearn', 'pyarrow', 'skfolio'} & set(sys.modules))"
    )
    said = run("-c", code)
    assert said.stdout.strip() == "set()", said.stderr
