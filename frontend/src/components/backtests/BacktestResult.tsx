/** The result of a finished backtest: curve, metrics, trades, provenance. */
import { Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { fetchTrades, useBacktestReport } from "../../api/queries/useBacktests.ts";
import { count, percent, ratio } from "../../figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { MetricsTable } from "./MetricsTable.tsx";
import { MonthlyTable } from "./MonthlyTable.tsx";
import { ProvenanceLine } from "./ProvenanceLine.tsx";
import { TradesTable } from "./TradesTable.tsx";

const EquityChart = lazy(() => import("../charts/EquityChart.tsx"));

export function BacktestResult({ jobId }: { jobId: string }) {
  const { data: report, error } = useBacktestReport(jobId);
  if (error !== null) return <ErrorNotice error={error} title="The result could not be read" />;
  if (report === undefined) return <Skeleton h={520} />;
  return (
    <Stack gap="lg">
      {report.provenance.survivorship_biased && <BiasNotice report={report} />}
      <Headline report={report} />
      <Curve report={report} />
      <Paper className="surface" p="lg">
        <Title order={2} size="h4" mb="xs">
          Metrics
        </Title>
        <MetricsTable report={report} />
      </Paper>
      <Paper className="surface" p="lg">
        <Title order={2} size="h4" mb="xs">
          Months
        </Title>
        <MonthlyTable returns={report.monthly_returns} />
      </Paper>
      <Trades report={report} />
      <ProvenanceLine provenance={report.provenance} />
    </Stack>
  );
}

function BiasNotice({ report }: { report: BacktestReport }) {
  return (
    <Paper className="surface notice" p="md" role="note">
      <Text size="sm">
        <strong>Survivorship-biased.</strong> These {report.tickers.length} names are known to have
        lasted until today, so any strategy on them looks better than it would have been.
      </Text>
    </Paper>
  );
}

function Headline({ report }: { report: BacktestReport }) {
  const { metrics, benchmark_metrics: benchmark } = report;
  const figures = [
    ["Growth per year", percent(metrics.cagr), percent(benchmark.cagr)],
    ["Sharpe", ratio(metrics.sharpe), ratio(benchmark.sharpe)],
    ["Worst drawdown", percent(metrics.max_drawdown), percent(benchmark.max_drawdown)],
    ["Volatility", percent(metrics.volatility), percent(benchmark.volatility)],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {figures.map(([name, value, other]) => (
        <Paper className="surface figures" p="md" key={name}>
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
      ))}
    </SimpleGrid>
  );
}

function Curve({ report }: { report: BacktestReport }) {
  return (
    <Paper className="surface" p="lg">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Equity, {report.first_date} to {report.last_date}
        </Title>
        <Group gap="lg">
          <Key colour="strategy" name="Strategy" />
          <Key colour="benchmark" name="Equal weight, bought and held" />
          <Key colour="loss" name="Drawdown" />
        </Group>
      </Group>
      <Suspense fallback={<Skeleton className="chart" />}>
        <EquityChart curves={report} />
      </Suspense>
    </Paper>
  );
}

function Key({ colour, name }: { colour: string; name: string }) {
  return (
    <Group gap={6}>
      <span className="swatch" style={{ background: `var(--page-${colour})` }} />
      <Text size="xs" c="dimmed">
        {name}
      </Text>
    </Group>
  );
}

function Trades({ report }: { report: BacktestReport }) {
  const download = useMutation({
    mutationFn: async () => save(await fetchTrades(report.job_id), `trades-${report.job_id}.csv`),
  });
  const open = report.trades.filter((trade) => trade.exit_reason === "open").length;
  return (
    <Paper className="surface" p="lg">
      <Group justify="space-between">
        <div>
          <Title order={2} size="h4">
            {count(report.metrics.n_trades)} trades
          </Title>
          <Text size="sm" c="dimmed">
            {open === 0
              ? "None is open at the end."
              : `Open at the end and marked to market: ${open} more.`}
          </Text>
        </div>
        <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
          Download CSV
        </Button>
      </Group>
      {download.error !== null && (
        <ErrorNotice error={download.error} title="The trades could not be read" />
      )}
      <TradesTable trades={report.trades} />
    </Paper>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
