/** Several backtests side by side: their curves on one scale, what differs between them, and which is best. */

import type { Format } from "../../format/figures.ts";
import { dataText, survivorshipText } from "../../format/provenance.ts";
import type { BacktestReport, Metrics } from "../../types/backtests.ts";
import { parametersOfType } from "../jobs/parameters.ts";

/** Which way is better; null where neither is. A drawdown is negative, so the higher one is the smaller fall. */
const BETTER: Readonly<Record<keyof Metrics, "higher" | "lower" | null>> = {
  total_return: "higher",
  cagr: "higher",
  volatility: "lower",
  sharpe: "higher",
  sortino: "higher",
  max_drawdown: "higher",
  calmar: "higher",
  turnover: null,
  hit_rate: "higher",
  n_trades: null,
  exposure: null,
};

/**
 * Which of the runs are best by a metric. What is written the same is a tie; there is no best where all are
 * the same, or where only one has a figure.
 */
export function bestRuns(
  metric: keyof Metrics,
  values: readonly (number | null)[],
  format: Format,
): ReadonlySet<number> {
  const better = BETTER[metric];
  const given = values.filter((value) => value !== null);
  if (better === null || given.length < 2) return new Set();
  const best = format(better === "higher" ? Math.max(...given) : Math.min(...given));
  if (given.every((value) => format(value) === best)) return new Set();
  return new Set(values.flatMap((value, run) => (format(value) === best ? [run] : [])));
}

export interface Curves {
  /** Every date that any of the runs has. */
  dates: string[];
  /** Of each run in turn, equity over its own first; null where it has none. */
  values: (number | null)[][];
}

export function rebasedCurves(reports: readonly BacktestReport[]): Curves {
  const dates = [...new Set(reports.flatMap((report) => report.dates))].sort();
  const values = reports.map((report) => {
    const start = report.equity[0] ?? 0;
    const rebased = new Map(
      report.dates.map((date, day) => [date, start > 0 ? (report.equity[day] ?? 0) / start : null]),
    );
    return dates.map((date) => rebased.get(date) ?? null);
  });
  return { dates, values };
}

export interface Fact {
  name: string;
  label: string;
  value: string;
}

/** What a run was made from and asked for; the same facts in the same order for each run. */
export function factsOf(report: BacktestReport): Fact[] {
  const { provenance, first_date, last_date, tickers, params } = report;
  const made = (label: string, value: string): Fact => ({ name: label, label, value });
  return [
    made("Model version", provenance.model_version),
    made("Range", `${first_date} to ${last_date}`),
    made("Names", tickers.join(" ")),
    made("Data", dataText(provenance)),
    made("Data fingerprint", provenance.data_fingerprint),
    made("Survivorship", survivorshipText(provenance.survivorship_biased)),
    made("Code version", provenance.code_version),
    made("Seed", String(provenance.seed)),
    ...parametersOfType("backtest", params).map(({ name, label, value }) => ({
      name,
      label,
      value,
    })),
  ];
}

export interface ComparedFact {
  name: string;
  label: string;
  /** Of each run in turn. */
  values: string[];
  differs: boolean;
}

export function comparedFacts(reports: readonly BacktestReport[]): ComparedFact[] {
  const facts = reports.map(factsOf);
  return (facts[0] ?? []).map(({ name, label }, row) => {
    const values = facts.map((run) => run[row]?.value ?? "");
    return { name, label, values, differs: new Set(values).size > 1 };
  });
}

/** What the runs are called: the beginning of their ids, or all of it where that is the same. */
export function runNames(ids: readonly string[]): string[] {
  const short = ids.map((id) => id.slice(0, 8));
  return new Set(short).size === ids.length ? short : [...ids];
}

/** The colour of the stylesheet for the run in this place. */
export function runColour(place: number): string {
  return `run-${place + 1}`;
}
