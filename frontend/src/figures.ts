/** Figures in words: every number and time that the page shows is written here. */

const NONE = "–";

function number(digits: number, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...options,
  });
}

const PERCENT = number(1, { style: "percent" });
const RATIO = number(2);
const COUNT = number(0);

export type Format = (value: number | null) => string;

const written =
  (format: Intl.NumberFormat): Format =>
  (value) =>
    value === null ? NONE : format.format(value).replace("-", "−");

/** A fraction as percent. */
export const percent = written(PERCENT);
export const ratio = written(RATIO);
export const count = written(COUNT);

/** Seconds as `1 h 02 min`, `3 min 07 s` or `12 s`. */
export function duration(seconds: number): string {
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

/** A time of the contract in the reader's zone. */
export function clock(time: string): string {
  return CLOCK.format(new Date(time));
}
