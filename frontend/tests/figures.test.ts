import { describe, expect, it } from "vitest";
import {
  clock,
  coefficient,
  count,
  duration,
  finePercent,
  moment,
  percent,
  probability,
  ratio,
  share,
  signedPercent,
  toTheSecond,
} from "../src/format/figures.ts";

const FORMATS = {
  coefficient,
  count,
  finePercent,
  percent,
  probability,
  ratio,
  share,
  signedPercent,
};

describe("figures", () => {
  it.each([
    ["percent", 0.1234, "12.3%"],
    ["percent", -0.1, "−10.0%"],
    ["finePercent", 0.00123, "0.12%"],
    ["signedPercent", 0.00215, "+0.22%"],
    ["signedPercent", -0.00215, "−0.22%"],
    ["signedPercent", 0, "0.00%"],
    ["share", 0.666, "67%"],
    ["ratio", 2.345, "2.35"],
    ["ratio", -0.5, "−0.50"],
    ["coefficient", 0.0312, "0.031"],
    ["count", 1234567.8, "1,234,568"],
    ["probability", 0.99999, ">99.9%"],
    ["probability", 0.0001, "<0.1%"],
    ["probability", 1, "100.0%"],
    ["probability", 0.5, "50.0%"],
  ] as const)("%s of %f is %s", (format, value, written) => {
    expect(FORMATS[format](value)).toBe(written);
  });

  it.each(Object.entries(FORMATS))("that do not exist are a dash: %s", (_, format) => {
    expect(format(null)).toBe("–");
  });

  it.each([
    [0, "0 s"],
    [-3, "0 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [187, "3 min 07 s"],
    [3599.7, "1 h 00 min"],
    [3720, "1 h 02 min"],
    [90_000, "25 h 00 min"],
  ])("%f seconds are %s", (seconds, written) => {
    expect(duration(seconds)).toBe(written);
  });

  it("formats a time in the user's zone, to the minute or to the second", () => {
    const time = "2026-11-23T10:07:09Z";
    const here = new Date(time);
    const minutes = String(here.getMinutes()).padStart(2, "0");
    expect(clock(time)).toContain(`:${minutes}`);
    expect(moment(time)).toContain("2026");
    expect(toTheSecond(time)).toContain(`:${minutes}:09`);
  });
});
