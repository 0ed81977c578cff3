"""Runs axe-core, which reports what a person who cannot see a page, or sees it differently, cannot use."""

from functools import cache

from playwright.sync_api import Page

from contract_tests.repository import ROOT

SOURCE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async () => {
  const { violations } = await axe.run();
  return violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary]),
  }));
}"""


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what axe finds, each rule with the first places that break it."""
    if not page.evaluate("typeof axe === 'object'"):
        # over the debugging protocol, to which the page's Content Security Policy does not apply
        page.evaluate(_source())
    return [
        f"{found['id']}: {found['help']} ({len(found['nodes'])} places)\n"
        + "\n".join(f"    {html}\n    {why}" for html, why in found["nodes"][:3])
        for found in page.evaluate(_RUN)
    ]
