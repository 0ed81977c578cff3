"""The page's own tools report each planted fault of the page, with its file and line."""

import pytest

from contract_tests.conftest import Summarise
from contract_tests.repository import ROOT
from contract_tests.types.faults import FAULTS, SOUND
from contract_tests.types.page import PART, Page
from wirelaw.finding import Finding, check

FOLDER = "src/planted"
#: opens the page's connections; what is planted imports it, and its tools read nothing else of the page
CLIENT = "src/api/client.ts"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    page = Page(tmp_path_factory.mktemp("page"), ROOT)
    page.narrow(FOLDER, CLIENT)
    for name, text in {**FAULTS, "sound": SOUND}.items():
        page.write(f"{FOLDER}/{name}.ts", text)
    return page


@pytest.fixture(scope="module")
def compiled(page: Page) -> list[Finding]:
    return page.compile()


@pytest.fixture(scope="module")
def linted(page: Page, compiled: list[Finding]) -> list[Finding]:
    return [*compiled, *page.lint(FOLDER, CLIENT)]


def marked(text: str, *marks: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.endswith(marks)]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named(name: str, compiled: list[Finding], linted: list[Finding]) -> None:
    fix = "fix frontend/lint, the generated types or tsconfig.json"
    tools = {"// !!": ("the compiler", compiled), "// !": ("the compiler or a linter", linted)}
    check(
        Finding(PART, place, "fault-not-found", f"a diagnostic of {tool}", "none", fix)
        for mark, (tool, findings) in tools.items()
        for line in marked(FAULTS[name], mark)
        for place in [f"frontend/{FOLDER}/{name}.ts:{line}"]
        if place not in {finding.pointer for finding in findings}
    )


def test_sound_code_has_no_diagnostic(linted: list[Finding], summarise: Summarise) -> None:
    planted = f"frontend/{FOLDER}/"
    check(
        finding
        for finding in linted
        if not finding.pointer.startswith(planted)
        or finding.pointer.startswith(f"{planted}sound.ts:")
    )
    count = sum(len(marked(text, "// !", "// !!")) for text in FAULTS.values())
    summarise("types", f"{count} faults on the page's side, each named with its file and line")


def test_the_client_may_open_connections(linted: list[Finding]) -> None:
    assert "await fetch(" in (ROOT / "frontend" / CLIENT).read_text()
    check(one for one in linted if one.pointer.startswith(f"frontend/{CLIENT}:"))
