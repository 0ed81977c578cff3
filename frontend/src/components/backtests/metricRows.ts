/** The label, meaning and format of each metric. */
import { count, type Format, percent, ratio } from "../../format/figures.ts";
import type { Metrics } from "../../types/backtests.ts";
import type { Fact } from "../answers/Facts.tsx";

interface Row<N extends number> {
  label: string;
  meaning: string;
  format: Format<N>;
}

/** A metric that the contract gains breaks the build until it has a row. */
export const METRIC_ROWS: {
  readonly [Name in Extract<keyof Metrics, string>]: Row<NonNullable<Metrics[Name]>>;
} = {
  total_return: {
    label: "Total return",
    meaning: "Gain over the whole range, after costs",
    format: percent,
  },
  cagr: {
    label: "Growth per year",
    meaning: "Compound, over years of 252 sessions (CAGR)",
    format: percent,
  },
  volatility: {
    label: "Volatility",
    meaning: "Standard deviation of daily returns, per year",
    format: percent,
  },
  sharpe: { label: "Sharpe", meaning: "Mean return over volatility, per year", format: ratio },
  sortino: { label: "Sortino", meaning: "As Sharpe, but only falls count as risk", format: ratio },
  max_drawdown: {
    label: "Worst drawdown",
    meaning: "Deepest fall below the highest close so far",
    format: percent,
  },
  calmar: { label: "Calmar", meaning: "Growth per year over worst drawdown", format: ratio },
  turnover: { label: "Turnover", meaning: "Traded value per year over mean equity", format: ratio },
  hit_rate: {
    label: "Hit rate",
    meaning: "Closed trades that made money after costs",
    format: percent,
  },
  n_trades: { label: "Trades", meaning: "Positions opened and closed", format: count },
  exposure: {
    label: "Exposure",
    meaning: "Mean fraction of equity that is invested",
    format: percent,
  },
};

function isMetric(name: string): name is keyof Metrics {
  return name in METRIC_ROWS;
}

export const METRIC_NAMES: readonly (keyof Metrics)[] = Object.keys(METRIC_ROWS).filter(isMetric);

/** A metric in its unit's format. */
export function metricText<Name extends keyof Metrics>(name: Name, metrics: Metrics): string {
  const value: Metrics[Name] = metrics[name];
  const row: Row<NonNullable<Metrics[Name]>> = METRIC_ROWS[name];
  return row.format(value);
}

export function metricFacts(metrics: Metrics, names = METRIC_NAMES): Fact[] {
  return names.map((metric) => {
    const { label, meaning } = METRIC_ROWS[metric];
    return { name: label, meaning, value: metricText(metric, metrics) };
  });
}
