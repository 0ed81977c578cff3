import { describe, expect, it } from "vitest";
import { worstDrawdowns } from "../src/components/backtests/drawdowns.ts";
import { dataOf } from "./traces.ts";

const days = (count: number) =>
  Array.from({ length: count }, (_, day) => `2020-01-${String(day + 1).padStart(2, "0")}`);

describe("drawdowns", () => {
  it("are listed from high to recovery, the deepest first", () => {
    const falls = [0, -0.1, -0.05, 0, 0, -0.2, -0.3, -0.1, 0, -0.01];
    expect(worstDrawdowns(days(10), falls, 5)).toEqual([
      {
        depth: -0.3,
        peak: "2020-01-05",
        trough: "2020-01-07",
        recovery: "2020-01-09",
        sessions: 4,
      },
      {
        depth: -0.1,
        peak: "2020-01-01",
        trough: "2020-01-02",
        recovery: "2020-01-04",
        sessions: 3,
      },
      { depth: -0.01, peak: "2020-01-09", trough: "2020-01-10", recovery: null, sessions: 1 },
    ]);
  });

  it.each([
    ["nothing", []],
    ["one day", [0]],
    ["no fall", [0, 0, 0]],
  ])("are none where there is %s", (_, falls) => {
    expect(worstDrawdowns(days(falls.length), falls, 5)).toEqual([]);
  });

  it("are limited in number", () => {
    expect(worstDrawdowns(days(6), [0, -0.1, 0, -0.2, 0, -0.3], 2).map((one) => one.depth)).toEqual(
      [-0.3, -0.2],
    );
  });

  it.each(["report-backtest-plain", "report-backtest-careful"])(
    "begin with the max drawdown of the metrics: %s",
    (name) => {
      const report = dataOf(name, "/api/backtests/{job_id}");
      const [worst] = worstDrawdowns(report.dates, report.drawdown, 1);
      expect(worst?.depth).toBeCloseTo(report.metrics.max_drawdown, 12);
      expect(report.drawdown[report.dates.indexOf(worst?.trough ?? "")]).toBe(worst?.depth);
      expect(report.drawdown[report.dates.indexOf(worst?.peak ?? "")]).toBe(0);
    },
  );
});
