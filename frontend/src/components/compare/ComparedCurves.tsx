/** The equity curves of the runs, rebased to 1, in one chart. */
import { Skeleton, Text } from "@mantine/core";
import { Suspense, useState } from "react";
import { percent, ratio } from "../../format/figures.ts";
import type { Figure } from "../../types/figures.ts";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { Line } from "../charts/LinesChart.tsx";
import { LinesChart } from "../charts/lazyLines.ts";
import { yearEnds } from "../charts/yearEnds.ts";
import { rebasedCurves } from "./comparison.ts";
import { type ReadRun, type Run, readRuns } from "./run.ts";

export function ComparedCurves({ runs }: { runs: readonly Run[] }) {
  const read = readRuns(runs);
  const waits = runs.some(({ query }) => query.isPending);
  if (waits) return <Skeleton h={380} />;
  if (read.length === 0) return <Text c="dimmed">None of these runs could be read.</Text>;
  return <Curves key={read.map(({ jobId }) => jobId).join()} runs={read} />;
}

function Curves({ runs }: { runs: readonly ReadRun[] }) {
  // computed once: reports never change, and other runs have another key
  const [{ dates, lines }] = useState(() => curvesOf(runs));
  return (
    <ChartFigure
      summary={summaryOf(runs)}
      columns={["Date", ...runs.map(({ name }) => name)]}
      rows={() =>
        yearEnds(dates).map((day) => [
          dates[day] ?? "",
          ...lines.map(({ values }) => ratio(values[day] ?? null)),
        ])
      }
    >
      <Suspense fallback={<Skeleton h={380} />}>
        <LinesChart dates={dates} lines={lines} format={ratio} height={340} spanGaps />
      </Suspense>
    </ChartFigure>
  );
}

function curvesOf(runs: readonly ReadRun[]): { dates: string[]; lines: Line<Figure<"ratio">>[] } {
  const { dates, values } = rebasedCurves(runs.map(({ report }) => report));
  const lines = runs.map(({ name, colour }, run) => ({ name, colour, values: values[run] ?? [] }));
  return { dates, lines };
}

function summaryOf(runs: readonly ReadRun[]): string {
  const ranked = runs.toSorted(
    (a, b) => b.report.metrics.total_return - a.report.metrics.total_return,
  );
  const returns = ranked.map(
    ({ name, report }) =>
      `${name} ${percent(report.metrics.total_return)} from ${report.first_date} to ${report.last_date}`,
  );
  return `Equity of each run relative to its start, which is 1. From the highest return to the lowest: ${returns.join("; ")}.`;
}
