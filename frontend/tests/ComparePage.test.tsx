import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { comparedFacts } from "../src/components/compare/comparison.ts";
import { percent } from "../src/format/figures.ts";
import { recorded } from "./network.ts";
import { dataOf, refusalOf } from "./traces.ts";
import { panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const plain = dataOf("report-backtest-plain", "/api/backtests/{job_id}");
const careful = dataOf("report-backtest-careful", "/api/backtests/{job_id}");
const REPORTS = [recorded("report-backtest-plain"), recorded("report-backtest-careful")];
const ADDRESS = `/compare?runs=${plain.job_id},${careful.job_id}`;

async function table(): Promise<HTMLElement> {
  return (await panel("Metrics and parameters")).findByRole("table");
}

describe("a comparison", () => {
  it("shows the runs in columns, and marks the best of each metric", async () => {
    await visit(ADDRESS, ...REPORTS);
    const returns = [plain, careful].map(({ metrics }) => metrics.total_return);
    await waitFor(async () => {
      const row = rowsOf(await table()).find(([name]) => name === "Total return");
      const best = returns.indexOf(Math.max(...returns));
      expect(row?.slice(1)).toEqual(
        returns.map((value, run) => `${percent(value)}${run === best ? "best" : ""}`),
      );
    });
  });

  it("shows the parameters that differ, and all of them with the switch", async () => {
    const { address } = await visit(ADDRESS, ...REPORTS);
    const facts = comparedFacts([plain, careful]);
    const labels = async (differing: boolean) => {
      const names = rowsOf(await table()).map(([name]) => name);
      return facts.filter((one) => one.differs === differing && names.includes(one.label)).length;
    };
    await waitFor(async () => expect(await labels(true)).toBe(2));
    expect(await labels(false)).toBe(0);
    fireEvent.click(screen.getByRole("switch", { name: /all parameters/ }));
    await waitFor(async () => expect(await labels(false)).toBe(facts.length - 2));
    expect(address()).toContain("all=true");
  });

  it("names the run with the highest return", async () => {
    await visit(ADDRESS, ...REPORTS);
    const [best] = [plain, careful].sort((a, b) => b.metrics.total_return - a.metrics.total_return);
    await screen.findByRole("img", {
      name: new RegExp(`lowest: ${best?.job_id.slice(0, 8)}`),
    });
  });

  it("removes a run from the URL", async () => {
    const { address } = await visit(ADDRESS, ...REPORTS);
    fireEvent.click(
      await screen.findByRole("button", { name: `Remove ${careful.job_id.slice(0, 8)}` }),
    );
    await waitFor(() => expect(address()).not.toContain(careful.job_id));
    expect(address()).toContain(plain.job_id);
    await reads("A comparison needs two");
  });

  it("shows the other runs where one cannot be read", async () => {
    await visit(
      `/compare?runs=${plain.job_id},nobody`,
      recorded("report-backtest-plain"),
      recorded("report-unknown"),
    );
    const { message } = refusalOf("report-unknown");
    await waitFor(async () =>
      expect(within(await table()).getByRole("alert").textContent).toContain(message),
    );
    expect(rowsOf(await table()).find(([name]) => name === "Total return")?.[1]).toContain(
      percent(plain.metrics.total_return),
    );
  });
});
