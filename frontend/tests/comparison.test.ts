import { describe, expect, it } from "vitest";
import {
  bestRuns,
  comparedFacts,
  rebasedCurves,
  runNames,
} from "../src/components/compare/comparison.ts";
import { percent } from "../src/format/figures.ts";
import { dataOf } from "./traces.ts";

const plain = dataOf("report-backtest-plain", "/api/backtests/{job_id}");
const careful = dataOf("report-backtest-careful", "/api/backtests/{job_id}");

describe("the best run", () => {
  it.each([
    ["total_return", [0.1, 0.3, 0.2], [1]],
    ["volatility", [0.1, 0.3, 0.2], [0]],
    ["max_drawdown", [-0.1, -0.3, -0.2], [0]],
    ["n_trades", [1, 2, 3], []],
    ["total_return", [0.1, null, 0.2], [2]],
    ["total_return", [0.1, null, null], []],
    ["total_return", [0.2, 0.2], []],
    // the same text
    ["total_return", [0.30001, 0.30002, 0.1], [0, 1]],
  ] as const)("by %s of %j is %j", (metric, values, best) => {
    expect([...bestRuns(metric, values, percent)]).toEqual(best);
  });
});

describe("runs side by side", () => {
  it("differ in their parameters", () => {
    const differing = comparedFacts([plain, careful]).filter((fact) => fact.differs);
    expect(differing.map(({ name, values }) => [name, ...values].join(" ")).sort()).toEqual([
      "max_positions 10 2",
      "risk_management off on",
    ]);
  });

  it("are rebased to 1, on every date of any of them", () => {
    const late = { ...careful, dates: careful.dates.slice(5), equity: careful.equity.slice(5) };
    const { dates, values } = rebasedCurves([plain, late]);
    expect(dates).toEqual(plain.dates);
    const [first = [], second = []] = values;
    expect(first[0]).toBe(1);
    expect(second.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(second[5]).toBe(1);
    expect(first.at(-1)).toBeCloseTo(1 + plain.metrics.total_return, 6);
  });

  it("are named by the shortest unique part of their ids", () => {
    expect(runNames([plain.job_id, careful.job_id])).toEqual([
      plain.job_id.slice(0, 8),
      careful.job_id.slice(0, 8),
    ]);
    expect(runNames(["12345678-a", "12345678-b"])).toEqual(["12345678-a", "12345678-b"]);
  });
});
