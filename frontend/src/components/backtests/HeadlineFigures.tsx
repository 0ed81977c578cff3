/** The main figures of a backtest, each with the benchmark's. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { count } from "../../format/figures.ts";
import type { BacktestReport, Metrics } from "../../types/backtests.ts";
import { METRIC_ROWS } from "./metricRows.ts";

const SHOWN = ["total_return", "cagr", "sharpe", "max_drawdown", "volatility"] as const;

export function HeadlineFigures({ report }: { report: BacktestReport }) {
  const { metrics, benchmark_metrics, equity, benchmark } = report;
  const formatted = (name: keyof Metrics, of: Metrics): string =>
    METRIC_ROWS[name].format(of[name]);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      {SHOWN.map((name) => (
        <Figure
          key={name}
          name={METRIC_ROWS[name].label}
          value={formatted(name, metrics)}
          other={formatted(name, benchmark_metrics)}
        />
      ))}
      <Figure
        name="Final equity"
        value={count(equity.at(-1) ?? null)}
        other={count(benchmark.at(-1) ?? null)}
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
