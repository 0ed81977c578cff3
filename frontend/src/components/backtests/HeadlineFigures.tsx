/** The main figures of a backtest, each with the benchmark's. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { money } from "../../format/figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { METRIC_ROWS, metricText } from "./metricRows.ts";

const SHOWN = ["total_return", "cagr", "sharpe", "max_drawdown", "volatility"] as const;

export function HeadlineFigures({ report }: { report: BacktestReport }) {
  const { metrics, benchmark_metrics, equity, benchmark } = report;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      {SHOWN.map((name) => (
        <Figure
          key={name}
          name={METRIC_ROWS[name].label}
          value={metricText(name, metrics)}
          other={metricText(name, benchmark_metrics)}
        />
      ))}
      <Figure
        name="Final equity"
        value={money(equity.at(-1) ?? null)}
        other={money(benchmark.at(-1) ?? null)}
      />
    </SimpleGrid>
  );
}

function Figure({ name, value, other }: { name: string; value: string; other: string }) {
  return (
    <Paper className="surface figures" p="md">
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={600}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        equal weight {other}
      </Text>
    </Paper>
  );
}
