import { describe, expect, it } from "vitest";
import { worstDrawdowns } from "../src/components/backtests/drawdowns.ts";
import * as derived from "../src/format/derived.ts";
import type { Figure } from "../src/types/figures.ts";
import { dataOf, jobOf, tracesLike } from "./traces.ts";

const job = {
  ...jobOf("job-train"),
  created_at: "2026-01-01T23:00:00Z",
  started_at: "2026-01-01T23:00:07Z",
  completed_at: "2026-01-02T01:01:00Z",
  progress: 0.2,
};
const END = Date.parse(job.completed_at);
const queued = { ...job, started_at: null, completed_at: null };
const running = { ...job, completed_at: null };
const model = dataOf("model", "/api/models/{version}");
const prices = dataOf("data-mode", "/api/system/data-mode");
const quality = dataOf("execution-quality", "/api/system/execution-quality");
const recorded = dataOf("paper", "/api/autopilot/paper");
if (recorded === null) throw new Error("There is no paper account");
const account = recorded;
const reports = ["plain", "careful"].map((name) =>
  dataOf(`report-backtest-${name}`, "/api/backtests/{job_id}"),
);

const near = (value: number | null | undefined) => ({
  to: (expected: number) => expect(value).toBeCloseTo(expected, 6),
});
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * What each figure is, from numbers that all differ, and from what the service itself says of the same. A function
 * that the module gains breaks the build until it has a check here.
 */
const CHECKS: Readonly<Record<keyof typeof derived, () => void>> = {
  waitedSeconds() {
    expect(derived.waitedSeconds(job)).toBe(7);
    expect(derived.waitedSeconds(queued)).toBeNull();
  },
  runSeconds() {
    expect(derived.runSeconds(job)).toBe(7253);
    expect(derived.runSeconds(job, END + 9000)).toBe(7253);
    expect(derived.runSeconds(running, END + 9000)).toBe(7262);
    expect([derived.runSeconds(running), derived.runSeconds(queued, END)]).toEqual([null, null]);
    for (const one of tracesLike(/^job-(train|predict|autopilot|failed|backtest-.*)$/).map(jobOf)) {
      const whole = (Date.parse(one.completed_at ?? "") - Date.parse(one.created_at)) / 1000;
      expect(sum([derived.waitedSeconds(one) ?? 0, derived.runSeconds(one) ?? 0])).toBe(whole);
    }
  },
  secondsLeft() {
    expect(derived.secondsLeft(running, END)).toBe(7253 * 4);
    expect(derived.secondsLeft(queued, END)).toBeNull();
  },
  percentDone: () => expect(derived.percentDone(job)).toBe(20),
  epochSeconds: () => expect(derived.epochSeconds("1970-01-03")).toBe(172_800),
  ageNow: () => {
    const trained = { ...model, trained_at: "2025-12-20T12:00:00Z" };
    expect(derived.ageNow(trained, Date.parse("2026-01-03T00:00:00Z"))).toBe(13.5);
  },
  ageAtLastBar: () => {
    const data = { ...prices, first_date: "2020-01-01", last_date: "2025-12-31" };
    const dates = { trained_at: "2026-01-02T00:00:00Z", first_date: "2019-01-01" };
    const trained = { ...model, ...dates, last_date: "2025-12-20" };
    expect(derived.ageAtLastBar(trained, data)).toBe(11);
  },
  compounded() {
    const month = { year: 2020, month: 1 };
    const two = [0.5, -0.2].map((return_fraction) => ({ ...month, return_fraction }));
    near(derived.compounded(two)).to(0.2);
    for (const { monthly_returns, metrics, dates, equity } of reports) {
      near(derived.compounded(monthly_returns)).to(metrics.total_return);
      for (const year of new Set(monthly_returns.map((one) => one.year))) {
        const before = equity[dates.findLastIndex((date) => Number(date.slice(0, 4)) < year)];
        const last = equity[dates.findLastIndex((date) => Number(date.slice(0, 4)) <= year)] ?? 0;
        const months = monthly_returns.filter((one) => one.year === year);
        near(derived.compounded(months)).to(last / (before ?? equity[0] ?? 0) - 1);
      }
    }
  },
  deepestOn() {
    for (const report of reports) {
      const { dates, drawdown } = report;
      const [worst] = worstDrawdowns(dates, drawdown, 1);
      expect(derived.deepestOn(report)).toBe(worst?.trough);
      near(drawdown[dates.indexOf(derived.deepestOn(report))]).to(report.metrics.max_drawdown);
    }
  },
  rebased() {
    for (const report of reports) {
      const values = [...derived.rebased(report)];
      expect(values.map(([date]) => date)).toEqual(report.dates);
      expect(values[0]?.[1]).toBe(1);
      near(values.at(-1)?.[1]).to(1 + report.metrics.total_return);
    }
    const [report] = reports;
    expect(report && [...derived.rebased({ ...report, dates: ["a"], equity: [0] })]).toEqual([
      ["a", null],
    ]);
  },
  ofLargest() {
    expect([1, -2, 4, -8].map(derived.ofLargest([1, -2, 4, -8]))).toEqual([0.125, -0.25, 0.5, -1]);
    expect([0, 0].map(derived.ofLargest([0, 0]))).toEqual([0, 0]);
  },
  disagrees() {
    const of = (predicted_return: Figure<"fraction">, disagreement: Figure<"fraction">) =>
      derived.disagrees({ predicted_return, disagreement });
    expect([of(-0.3, 0.2), of(-0.1, 0.2), of(0.1, 0.2), of(0.3, 0.2)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  },
  returnOf() {
    near(derived.returnOf(account)).to(account.equity / account.initial_cash - 1);
    near(derived.returnOf({ ...account, equity: 250, cash: 9, initial_cash: 200 })).to(0.25);
    near(derived.returnOf({ ...account, equity: 250, initial_cash: 200 }, 150)).to(-0.25);
  },
  investedShare() {
    near(derived.investedShare(account)).to(1 - account.cash / account.equity);
  },
  equityRange() {
    const of = (initial_cash: Figure<"currency">) =>
      derived.equityRange({ ...account, initial_cash, equity_curve: [30, 10, 20], equity: 5 });
    expect([of(20), of(1), of(99)]).toEqual([
      [10, 30],
      [1, 30],
      [10, 99],
    ]);
  },
  marketValue() {
    near(sum(account.positions.map(derived.marketValue)) / account.invested).to(1);
  },
  unrealisedGain() {
    for (const position of account.positions) {
      const cost = position.shares * position.entry_price;
      near(derived.unrealisedGain(position)).to(derived.marketValue(position) - cost);
    }
  },
  unrealisedReturn() {
    for (const position of account.positions) {
      const cost = derived.marketValue(position) - derived.unrealisedGain(position);
      near(derived.unrealisedReturn(position)).to(derived.unrealisedGain(position) / cost);
    }
  },
  shortfall() {
    const measured = new Map(quality.fills.map((fill) => [fill.order_id, fill.shortfall_bps]));
    const both = account.fills.filter(({ order_id }) => measured.has(order_id));
    expect(new Set(both.map(({ side }) => side))).toEqual(new Set(["buy", "sell"]));
    for (const fill of both) {
      expect(derived.shortfall(fill)).toBeCloseTo(measured.get(fill.order_id) ?? 0, 4);
    }
  },
  excessCost() {
    const of = (mean: number | null, assumed: number | null, error: number | null) =>
      derived.excessCost({
        ...quality,
        mean_shortfall_bps: mean,
        assumed_cost_bps: assumed,
        standard_error_bps: error,
      });
    expect(of(17, 5, 3)).toEqual({ size: 12, isBelow: false, errors: 4 });
    expect(of(5, 17, 3)).toEqual({ size: 12, isBelow: true, errors: 4 });
    expect(of(17, 5, 0)).toEqual({ size: 12, isBelow: false, errors: null });
    expect(of(17, 5, null)).toEqual({ size: 12, isBelow: false, errors: null });
    expect([of(null, 5, 3), of(17, null, 3)]).toEqual([null, null]);
  },
};

describe("a derived figure", () => {
  it("has a check, each of them", () => {
    expect(Object.keys(CHECKS).toSorted()).toEqual(Object.keys(derived).toSorted());
  });

  it.each(Object.entries(CHECKS))("is what it is called: %s", (_, check) => check());
});
