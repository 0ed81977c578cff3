/** The metrics of a backtest beside those of its benchmark, each with what it means. */
import { Table, Text } from "@mantine/core";
import { count, type Format, percent, ratio } from "../../figures.ts";
import type { BacktestReport, Metrics } from "../../types/backtests.ts";

interface Row {
  label: string;
  meaning: string;
  format: Format;
}

/** A metric that the contract gains breaks the build until it has a row. */
const ROWS: Readonly<Record<keyof Metrics, Row>> = {
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
  return name in ROWS;
}

const NAMES = Object.keys(ROWS).filter(isMetric);

export function MetricsTable({ report }: { report: BacktestReport }) {
  return (
    <Table className="figures" verticalSpacing={7}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Metric</Table.Th>
          <Table.Th ta="right">Strategy</Table.Th>
          <Table.Th ta="right">Equal weight</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {NAMES.map((name) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Text size="sm">{ROWS[name].label}</Text>
              <Text size="xs" c="dimmed">
                {ROWS[name].meaning}
              </Text>
            </Table.Td>
            <Table.Td ta="right" fw={600}>
              {ROWS[name].format(report.metrics[name])}
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              {ROWS[name].format(report.benchmark_metrics[name])}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
