import { describe, expect, it } from "vitest";
import { SIDES } from "../src/components/autopilot/orders.ts";
import { causeOf, stepOutcome } from "../src/components/autopilot/steps.ts";
import { METRIC_ROWS } from "../src/components/backtests/metricRows.ts";
import { exitReason, TRADE_COLUMNS } from "../src/components/backtests/tradeColumns.ts";
import { curlOf } from "../src/components/jobs/curl.ts";
import { JOB_TYPES } from "../src/jobTypes.ts";
import type { Decision } from "../src/types/autopilot.ts";
import { dataOf, jobOf } from "./traces.ts";

const cycle = dataOf("cycle", "/api/autopilot/latest");

/** A decision of the recorded cycle, with another outcome. */
function decided(step: Decision["step"], outcome: string): Decision {
  const decision = cycle?.decisions.find((one) => one.step === step);
  if (decision === undefined) throw new Error(`No ${step} in the trace`);
  return { ...decision, outcome } as Decision;
}

describe("the outcome of a step", () => {
  it.each([
    ["refresh", "new_sessions", "New sessions"],
    ["refresh", "no_new_sessions", "No new sessions"],
    ["score", "holds", "The model holds"],
    ["score", "decayed", "The model has decayed"],
    ["score", "unknown", "Too few outcomes to tell"],
    ["score", "absent", "There is no model yet"],
    ["retrain", "trained", "A new version was trained"],
    ["retrain", "reused", "An existing version was used"],
    ["retrain", "kept", "The model is kept"],
    ["candidates", "some_accepted", "Some rules beat chance"],
    ["candidates", "none_accepted", "No rules beat chance"],
    ["promote", "promoted", "Promoted"],
    ["promote", "kept", "What is in force stays"],
    ["promote", "rejected", "The new version was rejected"],
    ["trade", "traded", "Traded on paper"],
    ["trade", "nothing_new", "Nothing new to trade"],
    ["trade", "nothing_in_force", "Nothing is in force"],
  ] as const)("%s, %s: %s", (step, outcome, words) => {
    expect(stepOutcome(decided(step, outcome)).words).toBe(words);
  });
});

describe("the cause of a training", () => {
  it.each([
    ["absent", "there was no model"],
    ["stale", "it was stale"],
    ["decayed", "its ranking had decayed"],
    ["revised", "its prices were revised"],
    ["universe", "the names changed"],
    ["years", "it covered too few years"],
  ] as const)("%s: %s", (cause, words) => expect(causeOf(cause)).toBe(words));
});

describe("the exit reason of a trade", () => {
  it.each([
    ["holding_period", "holding period"],
    ["stop_loss", "stop-loss"],
    ["drawdown_breaker", "drawdown breaker"],
    ["price_lost", "price unavailable"],
    ["open", "still open"],
  ] as const)("%s: %s", (reason, words) => expect(exitReason(reason)).toBe(words));
});

describe("names", () => {
  it.each([
    ["job-train", "Training", "/api/compute/train"],
    ["job-predict", "Prediction", "/api/compute/predict"],
    ["job-backtest-plain", "Backtest", "/api/compute/backtest"],
    ["job-autopilot", "Autopilot", "/api/compute/autopilot"],
  ])("of %s: %s, submitted to %s", (name, label, path) => {
    const job = jobOf(name);
    expect(JOB_TYPES[job.job_type].label).toBe(label);
    expect(curlOf(job)).toContain(`${path}'`);
  });

  it("of the sides of an order", () => {
    expect(SIDES).toEqual({ buy: "Buy", sell: "Sell" });
  });

  it("of metrics and columns that are easily confused", () => {
    const { total_return, cagr } = METRIC_ROWS;
    expect([total_return.label, cagr.label]).toEqual(["Total return", "Growth per year"]);
    const { ticker, entry_date } = TRADE_COLUMNS;
    expect([ticker.heading, entry_date.heading]).toEqual(["Name", "Bought"]);
  });
});
