/** Compares backtests: rebased curves, differing parameters, and the best of each metric. */

import { rebased } from "../../format/derived.ts";
import type { Format } from "../../format/figures.ts";
import { dataText, survivorshipText } from "../../format/provenance.ts";
import type { BacktestReport, Metrics } from "../../types/backtests.ts";
import { parametersOfType } from "../jobs/parameters.ts";

/** Which value of a metric is better; null: neither. A drawdown is negative, so the higher one is the smaller fall. */
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
 * The indexes of the runs with the best value of a metric. Values with the same text are tied. None is best where
 * all are tied, or where only one run has a value.
 */
export function bestRuns(
  metric: keyof Metrics,
  values: readonly (number | null)[],
  format: Format<number>,
): ReadonlySet<number> {
  const better = BETTER[metric];
  const present = values.filter((value) => value !== null);
  if (better === null || present.length < 2) return new Set();
  const best = format(better === "higher" ? Math.max(...present) : Math.min(...present));
  if (present.every((value) => format(value) === best)) return new Set();
  return new Set(values.flatMap((value, run) => (format(value) === best ? [run] : [])));
}

export interface Curves {
  /** Every date of any run. */
  dates: string[];
  /** For each run, equity divided by its first value; null on dates that the run does not have. */
  values: (number | null)[][];
}

export function rebasedCurves(reports: readonly BacktestReport[]): Curves {
  const dates = [...new Set(reports.flatMap((report) => report.dates))].sort();
  const values = reports.map((report) => {
    const byDate = rebased(report);
    return dates.map((date) => byDate.get(date) ?? null);
  });
  return { dates, values };
}

export interface Fact {
  name: string;
  label: string;
  value: string;
}

/** The provenance and parameters of a run, in the same order for each run. */
export function factsOf(report: BacktestReport): Fact[] {
  const { provenance, first_date, last_date, tickers, params } = report;
  const fact = (label: string, value: string): Fact => ({ name: label, label, value });
  return [
    fact("Model version", provenance.model_version),
    fact("Range", `${first_date} to ${last_date}`),
    fact("Names", tickers.join(" ")),
    fact("Data", dataText(provenance)),
    fact("Data fingerprint", provenance.data_fingerprint),
    fact("Survivorship", survivorshipText(provenance.survivorship_biased)),
    fact("Code version", provenance.code_version),
    fact("Seed", String(provenance.seed)),
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
  /** One per run. */
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

/** The first 8 characters of the ids, or the whole ids where those are not unique. */
export function runNames(ids: readonly string[]): string[] {
  const short = ids.map((id) => id.slice(0, 8));
  return new Set(short).size === ids.length ? short : [...ids];
}

/** The stylesheet's colour for the run at this index. */
export function runColour(index: number): string {
  return `run-${index + 1}`;
}
