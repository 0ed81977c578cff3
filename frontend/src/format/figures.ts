/** Formats every number and time that the page shows; a number of the contract is formatted by its unit. */

import type { Count, Figure } from "../types/figures.ts";

const NONE = "–";

function number(digits: number, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...options,
  });
}

const PERCENT = number(1, { style: "percent" });
const FINE_PERCENT = number(2, { style: "percent" });
const SIGNED_PERCENT = number(2, { style: "percent", signDisplay: "exceptZero" });
const RATIO = number(2);
const COEFFICIENT = number(3);
const TENTHS = number(1);
const COUNT = number(0);
const SHARE = number(0, { style: "percent" });

/** Formats numbers of one unit; the unit is checked where the number comes from the contract. */
export type Format<N extends number> = (value: N | null) => string;

const formatted =
  <N extends number>(format: Intl.NumberFormat): Format<N> =>
  (value) =>
    value === null ? NONE : format.format(value).replace("-", "−");

type Fraction = Figure<"fraction">;

/** A fraction as percent. */
export const percent = formatted<Fraction>(PERCENT);
/** For returns over days, which are small. */
export const finePercent = formatted<Fraction>(FINE_PERCENT);
export const signedPercent = formatted<Fraction>(SIGNED_PERCENT);
/** A fraction as whole percent, for values that change often. */
export const share = formatted<Fraction>(SHARE);
export const ratio = formatted<Figure<"ratio">>(RATIO);
/** For correlations. */
export const coefficient = formatted<Figure<"coefficient">>(COEFFICIENT);
export const basisPoints = formatted<Figure<"bps">>(TENTHS);
/** For amounts, in whole units of currency. */
export const money = formatted<Figure<"currency">>(COUNT);
/** For prices and fees. */
export const price = formatted<Figure<"currency">>(RATIO);
export const shares = formatted<Figure<"shares">>(RATIO);
const plainDays = formatted<Figure<"days">>(COUNT);
/** Whole days, such as `1 day` and `12 days`. */
export const days: Format<Figure<"days">> = (value) =>
  value === null ? NONE : Math.round(value) === 1 ? "1 day" : `${plainDays(value)} days`;
export const count = formatted<Count>(COUNT);

/** A probability as percent; never rounded to 0 % or 100 %. */
export const probability: Format<Fraction> = (value) => {
  if (value !== null && value > 0 && value < 0.0005) return "<0.1%";
  if (value !== null && value < 1 && value > 0.9995) return ">99.9%";
  return percent(value);
};

/** Seconds as `1 h 02 min`, `3 min 07 s` or `12 s`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  const whole = Math.max(0, Math.round(seconds));
  const pad = (part: number): string => String(part).padStart(2, "0");
  if (whole >= 3600)
    return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${whole} s`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** A time in the user's time zone, without the year. */
export function clock(time: string): string {
  return CLOCK.format(new Date(time));
}

const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A time in the user's time zone, with the year. */
export function moment(time: string): string {
  return MOMENT.format(new Date(time));
}

const TO_THE_SECOND = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A time in the user's time zone, to the second. */
export function toTheSecond(time: string): string {
  return TO_THE_SECOND.format(new Date(time));
}

const TIME_OF_DAY = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** The time of day in the user's time zone. */
export function timeOfDay(time: string): string {
  return TIME_OF_DAY.format(new Date(time));
}
