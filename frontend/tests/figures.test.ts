import { describe, expect, it } from "vitest";
import * as formats from "../src/format/figures.ts";

const { clock, duration, moment, timeOfDay, toTheSecond, ...FORMATS } = formats;

type Formats = typeof formats;
type TimeFormat = {
  [Name in keyof Formats]: Formats[Name] extends (time: string) => string ? Name : never;
}[keyof Formats];

/** A time that is of the day before in the zone of the tests, and of another half hour. */
const TIME = "2026-11-23T01:07:09Z";
const TIMES: Readonly<Record<TimeFormat, RegExp>> = {
  clock: /^22 Nov\D+21:37$/,
  moment: /^22 Nov 2026\D+21:37$/,
  timeOfDay: /^21:37:09$/,
  toTheSecond: /^22 Nov 2026\D+21:37:09$/,
};

/** A format that the page gains breaks the build until it has an example. */
const EXAMPLES: Readonly<Record<keyof typeof FORMATS, readonly (readonly [number, string])[]>> = {
  percent: [
    [0.1234, "12.3%"],
    [-0.1, "−10.0%"],
  ],
  finePercent: [[0.00123, "0.12%"]],
  signedPercent: [
    [0.00215, "+0.22%"],
    [-0.00215, "−0.22%"],
    [0, "0.00%"],
  ],
  share: [[0.666, "67%"]],
  ratio: [
    [2.345, "2.35"],
    [-0.5, "−0.50"],
  ],
  coefficient: [[0.0312, "0.031"]],
  basisPoints: [[4.26, "4.3"]],
  money: [[1234.56, "1,235"]],
  price: [[1234.567, "1,234.57"]],
  shares: [[12.345, "12.35"]],
  days: [
    [0.9, "1 day"],
    [1234.4, "1,234 days"],
  ],
  count: [[1234567.8, "1,234,568"]],
  probability: [
    [0.99999, ">99.9%"],
    [0.0001, "<0.1%"],
    [1, "100.0%"],
    [0.5, "50.0%"],
  ],
};

describe.each(Object.entries(FORMATS))(
  "figures as %s",
  (name, format: (one: number | null) => string) => {
    it("have the digits and signs of the examples", () => {
      for (const [value, written] of EXAMPLES[name as keyof typeof FORMATS]) {
        expect(format(value)).toBe(written);
      }
    });

    it("that do not exist are a dash", () => {
      expect(format(null)).toBe("–");
    });
  },
);

describe("figures", () => {
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

  it("are those of an English page in a browser of another language", () => {
    expect((1234.5).toLocaleString()).toBe("1.234,5");
  });

  it.each(Object.entries(TIMES))("%s is in the user's zone", (name, written) => {
    expect({ clock, moment, timeOfDay, toTheSecond }[name as TimeFormat](TIME)).toMatch(written);
  });
});
