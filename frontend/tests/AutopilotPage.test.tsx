import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { fillRows } from "../src/components/autopilot/orders.ts";
import { count, money, percent } from "../src/format/figures.ts";
import type { AutopilotRequest } from "../src/types/compute.ts";
import { at, forAnyBody, withEnvelope } from "./mutations.ts";
import { recorded } from "./network.ts";
import { dataOf, refusalOf, trace } from "./traces.ts";
import { NOTHING, panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const cycle = dataOf("cycle", "/api/autopilot/latest");
const account = dataOf("paper", "/api/autopilot/paper");
const { fills } = dataOf("execution-quality", "/api/system/execution-quality");
if (cycle === null || account === null) throw new Error("No cycle in the trace");

describe("the latest cycle", () => {
  it("shows each step with its decision and reason, in order", async () => {
    await visit("/autopilot");
    const latest = await panel("Latest cycle");
    const headings = await latest.findAllByRole("heading", { level: 3 });
    expect(headings.map((one) => one.textContent?.toLowerCase())).toEqual(
      cycle.decisions.map(({ step }) => step),
    );
    for (const { reason } of cycle.decisions) expect(latest.getByText(reason)).toBeDefined();
  });

  it("shows the candidate rules, and how many beat chance", async () => {
    await visit("/autopilot");
    const [decision] = cycle.decisions.filter(({ step }) => step === "candidates");
    if (decision?.step !== "candidates") throw new Error("No candidates in the trace");
    const accepted = decision.candidates.filter((one) => one.accepted).length;
    const latest = await panel("Latest cycle");
    await latest.findByText(`${count(accepted)} of ${count(decision.candidates.length)}`);
  });

  it("explains a cycle before the first one", async () => {
    await visit(
      "/autopilot",
      ...NOTHING,
      recorded("empty-jobs", at("/api/jobs?job_type=autopilot")),
    );
    await reads("No cycles yet");
    await reads("No paper trades yet");
  });

  it("shows the error where it cannot be read", async () => {
    await visit("/autopilot", recorded("broken-models", at("/api/autopilot/latest")));
    const latest = await panel("Latest cycle");
    expect((await latest.findByRole("alert")).textContent).toContain(
      refusalOf("broken-models").message,
    );
  });
});

describe("a cycle", () => {
  it("is submitted with every field of the contract", async () => {
    const { calls } = await visit("/autopilot", recorded("submit-autopilot"));
    const { years } = trace("submit-autopilot").body as Required<AutopilotRequest>;
    fireEvent.change(await screen.findByLabelText("Years"), { target: { value: String(years) } });
    fireEvent.click(screen.getByRole("button", { name: "Run a cycle" }));
    await waitFor(() => {
      const [sent] = calls.filter(({ method }) => method === "POST");
      expect(sent?.body).toEqual(trace("submit-autopilot").body);
    });
  });

  it("is a dry run where the switch is on, and the button says so", async () => {
    const { calls } = await visit("/autopilot", forAnyBody(recorded("submit-autopilot")));
    fireEvent.click(screen.getByRole("switch", { name: /Dry run/ }));
    fireEvent.click(screen.getByRole("button", { name: "Try a cycle" }));
    await waitFor(() => {
      const [sent] = calls.filter(({ method }) => method === "POST");
      expect(sent?.body).toMatchObject({ dry_run: true });
    });
  });
});

describe("the paper account", () => {
  it("shows its value, and the number of positions and orders", async () => {
    await visit("/autopilot");
    const paper = await panel("Paper account");
    expect(await paper.findAllByText(money(account.equity))).not.toEqual([]);
    const gain = percent(account.equity / account.initial_cash - 1);
    expect(paper.getByText((text) => text.replace("+", "") === gain)).toBeDefined();
    expect(
      paper.getByRole("heading", { name: `Positions (${account.positions.length})` }),
    ).toBeDefined();
    expect(
      paper.getByRole("heading", {
        name: `Orders for the next session (${account.pending.length})`,
      }),
    ).toBeDefined();
  });

  it("lists each position and each pending order", async () => {
    await visit("/autopilot");
    const paper = await panel("Paper account");
    const positions = rowsOf(await paper.findByRole("region", { name: "Positions" }));
    expect(positions.slice(1).map(([name, bought]) => `${name} ${bought}`)).toEqual(
      account.positions.map(({ ticker, entry_date }) => `${ticker} ${entry_date}`),
    );
    const orders = rowsOf(paper.getByRole("region", { name: "Orders for the next session" }));
    expect(orders.slice(1).map(([name]) => name)).toEqual(
      account.pending.map(({ ticker }) => ticker),
    );
    expect(Math.min(account.positions.length, account.pending.length)).toBeGreaterThan(0);
  });

  it("lists the closed trades, and no open one", async () => {
    const [trade] = dataOf("report-backtest-plain", "/api/backtests/{job_id}").trades;
    if (trade === undefined) throw new Error("No trade in the trace");
    const reasons = ["drawdown_breaker", "stop_loss", "open"] as const;
    const trades = reasons.map((exit_reason, index) => ({
      ...trade,
      ticker: exit_reason,
      entry_date: `2020-01-0${index + 1}`,
      exit_reason,
    }));
    await visit("/autopilot", recorded("paper", withEnvelope({ data: { ...account, trades } })));
    const paper = await panel("Paper account");
    const closed = rowsOf(
      await paper.findByRole("region", { name: "Closed trades, the latest first" }),
    );
    expect(closed.slice(1).map(([ticker]) => ticker)).toEqual(["stop_loss", "drawdown_breaker"]);
  });

  it("lists each fill once, newest first", async () => {
    await visit("/autopilot");
    const rows = fillRows(account, fills);
    expect(rows).toHaveLength(new Set(account.fills.map(({ order_id }) => order_id)).size);
    const days = rows.map(({ filled_on }) => filled_on);
    expect(days).toEqual([...days].sort().reverse());
    const table = await screen.findByRole("region", { name: /^Fills/ });
    const [, ...shown] = rowsOf(table);
    expect(shown.map(([filled]) => filled?.slice(0, 10))).toEqual(days.slice(0, shown.length));
  });

  it("computes the shortfall of a fill as the service does", () => {
    for (const fill of fillRows(account, [])) {
      const measured = fills.find(({ order_id }) => order_id === fill.order_id);
      expect(fill.shortfall_bps).toBeCloseTo(measured?.shortfall_bps ?? Number.NaN, 6);
    }
  });
});
