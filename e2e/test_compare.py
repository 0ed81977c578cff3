"""Backtests side by side, from the list to an address that can be shared."""

from playwright.sync_api import Page, expect

from e2e.screens import go, settle
from e2e.steering import SteeredService


def test_two_runs_are_picked_and_compared(page: Page, service: SteeredService) -> None:
    first, second = service.read("/api/backtests")["items"][:2]
    go(page, "/backtests", "New backtest")
    for item in (first, second):
        page.get_by_role("checkbox", name=f"Compare {item['job_id'][:8]}").check()
    page.get_by_role("link", name="Compare 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare backtests")
    settle(page)

    table = page.get_by_role("region", name="Metrics and parameters").get_by_role("table")
    rows = table.get_by_role("row")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    sharpe = rows.filter(has=page.get_by_role("rowheader", name="Sharpe"))
    best = max(item["metrics"]["sharpe"] for item in (first, second))
    expect(sharpe.get_by_role("cell").filter(has_text="best")).to_contain_text(f"{best:.2f}")
    differs = first["params"]["max_positions"] != second["params"]["max_positions"]
    expect(rows.filter(has=page.get_by_role("rowheader", name="Max positions"))).to_have_count(
        int(differs)
    )
    expect(rows.filter(has=page.get_by_role("rowheader", name="Feature mode"))).to_have_count(0)
    page.get_by_role("switch", name="Show all parameters").click()
    expect(rows.filter(has=page.get_by_role("rowheader", name="Feature mode"))).to_have_count(1)

    shared = page.url
    assert first["job_id"] in shared
    assert second["job_id"] in shared
    go(page, shared, "Compare backtests")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("One is picked; pick another to compare.")).to_be_visible()


def test_the_curves_have_a_table_of_figures(page: Page, service: SteeredService) -> None:
    items = service.read("/api/backtests")["items"][:3]
    go(page, f"/compare?runs={','.join(item['job_id'] for item in items)}", "Compare backtests")
    panel = page.get_by_role("region", name="Compare backtests")
    expect(panel.locator("canvas").first).to_be_visible()
    panel.get_by_text("As a table").click()
    figures = panel.get_by_role("region", name="Figures of")
    expect(figures.get_by_role("columnheader")).to_have_count(1 + len(items))
    # the last row is the last session: the value of 1 that was invested at the start
    last = figures.get_by_role("row").last
    for item in items:
        expect(last).to_contain_text(f"{1 + item['metrics']['total_return']:.2f}")
