"""`contract check` reports each difference with its place in the file, its place in the code, and a command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Summarise
from contract_tests.repository import CLIENTS_FILE, FILE, ROOT, committed
from quant_engine.cli.contract import FIX, OpenApi, check, compare, export
from quant_engine.cli.places import code_of, line_numbers
from quant_engine.domain.errors import Unavailable
from wirelaw.contract.document import unescape, walk

TEXT = FILE.read_text(encoding="utf-8")


def lines_of(edited: dict[str, Any]) -> list[str]:
    """Compare an edited document with the export."""
    written = json.dumps(edited, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return list(compare(Path("openapi.json"), written, TEXT))


@pytest.fixture
def edited() -> dict[str, Any]:
    return committed().copy().document


def test_lines_are_those_of_the_file() -> None:
    lines = TEXT.splitlines()
    for pointer, number in line_numbers(TEXT).items():
        step = unescape(pointer.rpartition("/")[2])
        if pointer and not step.isdecimal():
            assert lines[number - 1].lstrip().startswith(f'"{step}":'), pointer


def test_each_place_of_the_contract_has_a_line_of_code(summarise: Summarise) -> None:
    sources: dict[Path, list[str]] = {}
    count = 0
    for pointer in line_numbers(TEXT):
        file, line, what = code_of(pointer)
        assert file.is_relative_to(ROOT / "quant_engine"), pointer
        source = sources.setdefault(file, file.read_text(encoding="utf-8").splitlines())
        assert what.rpartition(".")[2] in source[line - 1] + " ".join(source[line : line + 30]), (
            pointer,
            what,
        )
        count += 1
    summarise("export", f"{count} places of the contract, each with its line of code")


def fields(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for pointer, node in walk(document["components"]["schemas"], "/components/schemas"):
        if pointer.endswith("/properties") and "Api" not in pointer and "Event/" not in pointer:
            for name in node:
                yield f"{pointer}/{name}", node, name


def test_each_field_has_its_own_line_of_code(edited: dict[str, Any]) -> None:
    for pointer, _, name in list(fields(edited)):
        file, line, what = code_of(pointer)
        assert what.endswith(f".{name}"), (pointer, what)
        assert file.read_text().splitlines()[line - 1].lstrip().startswith(f"{name}:"), pointer


def test_a_renamed_field_is_shown_first(edited: dict[str, Any]) -> None:
    for kind in ("AutopilotJob", "BacktestJob", "PredictJob", "TrainJob"):
        properties = edited["components"]["schemas"][kind]["properties"]
        properties["stage_text"] = properties.pop("progress_message")
    (first, *_) = lines_of(edited)
    assert first.startswith("openapi.json:")
    assert "/components/schemas/AutopilotJob/properties/stage_text" in first
    assert "'stage_text' in the file and 'progress_message' in the code" in first
    assert "quant_engine/api/schemas/jobs.py:" in first
    assert "_Record.progress_message" in first
    assert first.endswith(f"run: {FIX}")


def test_each_kind_of_difference_is_one_line_with_both_places(edited: dict[str, Any]) -> None:
    schemas, paths = edited["components"]["schemas"], edited["paths"]
    schemas["PredictRequest"]["properties"]["years"]["default"] = 3
    schemas["JobStatus"]["enum"].remove("failed")
    paths["/api/jobs"]["get"]["responses"].pop("401")
    paths["/api/events"]["get"]["x-sse"]["retry_ms"] = 5
    paths["/api/compute/train"]["post"]["parameters"][0]["required"] = True
    schemas["Trade"]["properties"]["ticker"]["type"] = "integer"
    schemas["HealthReport"] = {}
    edited["info"]["title"] = "Other"
    lines = lines_of(edited)
    for pointer, place in (
        ("/components/schemas/HealthReport is {} in the file and absent", "export.py"),
        ('/JobStatus/enum is without in the file and with ["failed"]', "JobStatus.failed"),
        ("/PredictRequest/properties/years/default is 3", "PredictParameters.years"),
        ("/components/schemas/Trade/properties/ticker/type", "Trade.ticker"),
        ("/info/title", "main.py"),
        ("/paths/~1api~1compute~1train/post/parameters/0/required is true", "submit_train"),
        ("/paths/~1api~1events/get/x-sse/retry_ms is 5", "ALL_LAWS"),
        ("/paths/~1api~1jobs/get/responses/401 is absent", "list_jobs"),
    ):
        (line,) = [line for line in lines if pointer in line]
        assert place in line, line
        assert line.endswith(FIX)
    assert len(lines) == 8


def test_another_style_and_invalid_json_are_reported(tmp_path: Path) -> None:
    compact = json.dumps(committed().document)
    (line,) = compare(Path("openapi.json"), compact, TEXT)
    assert "another order or style" in line
    (line,) = compare(Path("openapi.json"), "{", TEXT)
    assert "not JSON" in line
    (tmp_path / "openapi.json").write_bytes(b"\xff{}")
    with pytest.raises(BaseException, match="1"):
        check(tmp_path / "openapi.json")
    export(tmp_path / "openapi.json")
    check(tmp_path / "openapi.json")
    assert (tmp_path / "openapi.json").read_text() == TEXT


def test_both_versions_are_written_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    export()
    for_clients = CLIENTS_FILE.read_text(encoding="utf-8")
    assert Path("openapi.json").read_text(encoding="utf-8") == TEXT
    assert Path("openapi-3.1.json").read_text(encoding="utf-8") == for_clients
    check()
    Path("openapi-3.1.json").write_text(for_clients.replace("3.1.1", "3.1.0"), encoding="utf-8")
    capsys.readouterr()
    with pytest.raises(BaseException, match="1"):
        check()
    agrees, differs = capsys.readouterr().out.splitlines()
    assert agrees == "openapi.json agrees with the code."
    assert differs.startswith("openapi-3.1.json:")
    assert '/openapi is "3.1.0" in the file and "3.1.1" in the code' in differs
    export(version=OpenApi.V3_1)
    check()


def test_one_version_has_a_file_of_its_own(tmp_path: Path) -> None:
    export(tmp_path / "clients.json", OpenApi.V3_1)
    assert (tmp_path / "clients.json").read_text() == CLIENTS_FILE.read_text(encoding="utf-8")
    check(tmp_path / "clients.json", OpenApi.V3_1)
    with pytest.raises(BaseException, match="1"):
        check(tmp_path / "clients.json")
    with pytest.raises(Unavailable, match="cannot be written"):
        export(tmp_path)
