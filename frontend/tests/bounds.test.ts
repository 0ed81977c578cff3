import { describe, expect, it } from "vitest";
import { fault } from "../src/components/forms/bounds.ts";
import {
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  TRAIN_REQUEST_FIELDS,
} from "../src/types/compute.ts";

describe("bounds", () => {
  const fields = BACKTEST_REQUEST_FIELDS;

  it("allow every default", () => {
    for (const [name, value] of Object.entries(BACKTEST_REQUEST_DEFAULTS)) {
      expect(fault(fields[name as keyof typeof fields], value), name).toBeNull();
    }
  });

  it.each([
    ["years", 41, "At most 40."],
    ["years", 0, "At least 1."],
    ["years", 1.5, "Enter a whole number."],
    ["years", "", "Enter a number."],
    ["years", null, "Enter a value."],
    ["years", Number.POSITIVE_INFINITY, "Enter a number."],
    ["position_size", 0, "More than 0."],
    ["entry_threshold", -1.01, "At least -1."],
    ["entry_threshold", Number.NaN, "Enter a number."],
    ["version", "Not One", "Not One is not valid."],
    ["version", "", "Enter a value."],
    ["feature_mode", "none", "One of core, full."],
    ["risk_management", "yes", "Choose yes or no."],
    ["tickers", [], "At least 1."],
    ["tickers", "AAPL", "Enter a list."],
    ["tickers", ["../../x"], "../../x is not valid."],
    ["tickers", Array.from({ length: 501 }, (_, index) => `T${index}`), "At most 500."],
  ] as const)("refuse %s = %s", (name, value, error) => {
    expect(fault(fields[name], value)).toBe(error);
  });

  it.each([
    ["years", 40],
    ["years", 7.0],
    ["position_size", 1],
    ["entry_threshold", -1],
    ["tickers", null],
    ["tickers", ["BRK.B", "A-1"]],
  ] as const)("let through %s = %s", (name, value) => {
    expect(fault(fields[name], value)).toBeNull();
  });

  it("apply to each item of a list of numbers", () => {
    const { horizons } = TRAIN_REQUEST_FIELDS;
    expect(fault(horizons, [1, 252])).toBeNull();
    expect(fault(horizons, [1, 253])).toBe("At most 252.");
    expect(fault(horizons, [1, "5"])).toBe("Enter a number.");
    expect(fault(horizons, [1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe("At most 8.");
  });
});
