"""Each fault on the page's side is named by a stock command, with its file and its line."""

from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.types.faults import FAULTS, SOUND, Fault
from contract_tests.types.page import Complaint, Page

FOLDER = "src/planted"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    page = Page(tmp_path_factory.mktemp("page"))
    for fault in (*FAULTS, SOUND):
        page.write(f"{FOLDER}/{fault.name}.ts", fault.text)
    return page


@pytest.fixture(scope="module")
def compiled(page: Page) -> list[Complaint]:
    return page.compile()


@pytest.fixture(scope="module")
def said(page: Page, compiled: list[Complaint]) -> list[Complaint]:
    return [*compiled, *page.lint("src")]


def marked(text: str, *marks: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(marks)]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_named(
    fault: Fault, compiled: list[Complaint], said: list[Complaint]
) -> None:
    file = f"{FOLDER}/{fault.name}.ts"
    of_compiler = {complaint.line for complaint in compiled if complaint.file == file}
    missed = [f"{file}:{line}" for line in marked(fault.text, "// !!") if line not in of_compiler]
    lines = {complaint.line for complaint in said if complaint.file == file}
    missed += [f"{file}:{line}" for line in marked(fault.text, "// !") if line not in lines]
    assert missed == [], f"nobody noticed: {missed}"


def test_what_is_sound_is_not_complained_of(said: list[Complaint], summarise: Summarise) -> None:
    assert [one for one in said if not one.file.startswith(FOLDER)] == []
    assert [one for one in said if one.file.endswith(f"/{SOUND.name}.ts")] == []
    count = sum(len(marked(fault.text, "// !", "// !!")) for fault in FAULTS)
    summarise("types", f"{count} faults on the page's side, each named with its file and line")


def test_a_connection_may_be_opened_where_it_belongs(said: list[Complaint]) -> None:
    client = Path(__file__).parents[2] / "frontend/src/api/client.ts"
    assert "await fetch(" in client.read_text()
    assert not [one for one in said if one.file == "src/api/client.ts"]
