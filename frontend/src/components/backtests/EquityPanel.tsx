/** Equity against the benchmark, above the drawdown: the whole range, or the selected part. */
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { deepestOn } from "../../format/derived.ts";
import { money, percent } from "../../format/figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { Panel } from "../answers/Panel.tsx";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { ChartPlace } from "../charts/EquityChart.tsx";
import { yearEnds } from "../charts/yearEnds.ts";

const EquityChart = lazy(() => import("../charts/EquityChart.tsx"));

const COLUMNS = ["Date", "Equity", "Equal weight", "Drawdown"] as const;

interface Props {
  report: BacktestReport;
  /** Null: the whole range. */
  place: ChartPlace | null;
  onReset: () => void;
  /** Move the focus back to the button that selected the part. */
  onBack: () => void;
}

export function EquityPanel({ report, place, onReset, onBack }: Props) {
  return (
    <Panel title={`Equity, ${report.first_date} to ${report.last_date}`} aside={<Keys />}>
      <Group mih={30} mb="xs" gap="sm">
        <Text size="sm" role="status" {...(place === null ? { c: "dimmed" } : { fw: 600 })}>
          {place === null ? "Pick a trade or a drawdown below to see it here." : place.description}
        </Text>
        {place !== null && (
          <>
            <Button size="compact-sm" variant="default" onClick={onReset}>
              Show the whole range
            </Button>
            <Button size="compact-sm" variant="default" onClick={onBack}>
              Back to the table
            </Button>
          </>
        )}
      </Group>
      <ChartFigure
        summary={summaryOf(report)}
        columns={COLUMNS}
        rows={() => yearEnds(report.dates).map((day) => rowOf(report, day))}
      >
        <Suspense fallback={<Skeleton className="chart" />}>
          <EquityChart curves={report} place={place} />
        </Suspense>
      </ChartFigure>
    </Panel>
  );
}

function Keys() {
  const keys = [
    ["strategy", "Strategy"],
    ["benchmark", "Equal weight, bought and held"],
    ["loss", "Drawdown"],
  ] as const;
  return (
    <Group gap="lg">
      {keys.map(([colour, name]) => (
        <Group gap={6} key={name}>
          <span className="swatch" style={{ background: `var(--page-${colour})` }} />
          <Text size="xs" c="dimmed">
            {name}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function summaryOf(report: BacktestReport): string {
  const { dates, equity, benchmark, metrics, benchmark_metrics } = report;
  const at = (values: typeof equity, index: number): string => money(values.at(index) ?? null);
  if (dates.length < 2) {
    return `There is only one close, so there is no curve yet: equity of ${at(equity, 0)} on ${report.first_date}.`;
  }
  const fall =
    metrics.max_drawdown < 0
      ? `The deepest drawdown is ${percent(metrics.max_drawdown)}, on ${deepestOn(report)}.`
      : "Equity was never below an earlier high.";
  return (
    `Equity went from ${at(equity, 0)} to ${at(equity, -1)}, which is ` +
    `${percent(metrics.total_return)}; the equal-weight universe went from ${at(benchmark, 0)} to ` +
    `${at(benchmark, -1)}, which is ${percent(benchmark_metrics.total_return)}. ${fall}`
  );
}

function rowOf({ dates, equity, benchmark, drawdown }: BacktestReport, day: number): string[] {
  return [
    dates[day] ?? "",
    money(equity[day] ?? null),
    money(benchmark[day] ?? null),
    percent(drawdown[day] ?? null),
  ];
}
