"""Each fault on the page's side is named by a stock command, with its file and its line."""

import pytest

from contract_tests.conftest import Summarise
from contract_tests.finding import Finding, check
from contract_tests.repository import ROOT
from contract_tests.types.faults import FAULTS, SOUND, Fault
from contract_tests.types.page import PART, Page

FOLDER = "src/planted"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    page = Page(tmp_path_factory.mktemp("page"), ROOT)
    for fault in (*FAULTS, SOUND):
        page.write(f"{FOLDER}/{fault.name}.ts", fault.text)
    return page


@pytest.fixture(scope="module")
def compiled(page: Page) -> list[Finding]:
    return page.compile()


@pytest.fixture(scope="module")
def linted(page: Page, compiled: list[Finding]) -> list[Finding]:
    return [*compiled, *page.lint("src")]


def marked(text: str, *marks: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(marks)]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_named(fault: Fault, compiled: list[Finding], linted: list[Finding]) -> None:
    by_compiler = {finding.pointer for finding in compiled}
    by_any = {finding.pointer for finding in linted}
    file = f"frontend/{FOLDER}/{fault.name}.ts"
    missed = [(line, "the compiler") for line in marked(fault.text, "// !!")]
    missed = [(line, tool) for line, tool in missed if f"{file}:{line}" not in by_compiler]
    missed += [
        (line, "the compiler or a linter")
        for line in marked(fault.text, "// !")
        if f"{file}:{line}" not in by_any
    ]
    fix = "fix frontend/lint, the generated types or tsconfig.json"
    check(
        Finding(PART, f"{file}:{line}", "fault-not-found", f"a diagnostic of {tool}", "none", fix)
        for line, tool in missed
    )


def test_what_is_sound_has_no_diagnostic(linted: list[Finding], summarise: Summarise) -> None:
    planted = f"frontend/{FOLDER}/"
    check(
        finding
        for finding in linted
        if not finding.pointer.startswith(planted)
        or finding.pointer.startswith(f"{planted}{SOUND.name}.ts:")
    )
    count = sum(len(marked(fault.text, "// !", "// !!")) for fault in FAULTS)
    summarise("types", f"{count} faults on the page's side, each named with its file and line")


def test_a_connection_may_be_opened_where_it_belongs(linted: list[Finding]) -> None:
    client = ROOT / "frontend/src/api/client.ts"
    assert "await fetch(" in client.read_text()
    check(one for one in linted if one.pointer.startswith("frontend/src/api/client.ts:"))
