/** The recorded rank IC at one horizon. */
import { Skeleton } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { coefficient, count, ratio, toTheSecond } from "../../format/figures.ts";
import type { Figure } from "../../types/figures.ts";
import type { IcSnapshot } from "../../types/systemHealth.ts";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { Line } from "../charts/LinesChart.tsx";
import { LinesChart } from "../charts/lazyLines.ts";
import type { Recorded } from "./recordings.ts";

const COLUMNS = ["Recorded", "As of", "Version", "Rank IC", "t", "Sessions"] as const;
const HEIGHT = 240;

export function IcFigure({ recorded }: { recorded: Recorded<IcSnapshot> }) {
  const { snapshots, times } = recorded;
  const lines = useMemo<Line<Figure<"coefficient">>[]>(
    () => [
      { name: "Rank IC", values: snapshots.map(({ rank_ic }) => rank_ic), colour: "strategy" },
      { name: "No skill", values: snapshots.map(() => 0), colour: "benchmark" },
    ],
    [snapshots],
  );
  return (
    <ChartFigure summary={summary(snapshots)} columns={COLUMNS} rows={() => rows(recorded)}>
      <Suspense fallback={<Skeleton h={HEIGHT} />}>
        <LinesChart dates={times} lines={lines} format={coefficient} height={HEIGHT} />
      </Suspense>
    </ChartFigure>
  );
}

function summary(snapshots: readonly IcSnapshot[]): string {
  const last = snapshots.at(-1);
  if (last === undefined) return "";
  const { rank_ic, rank_ic_t, n_sessions, as_of, version } = last;
  return (
    `Rank IC is ${coefficient(rank_ic)} (t ${ratio(rank_ic_t)}) over the ${count(n_sessions)} ` +
    `sessions whose outcome is known on ${as_of}, with model ${version}; ${recordedTimes(snapshots.length)}.`
  );
}

export function recordedTimes(times: number): string {
  return times === 1 ? "recorded once" : `recorded ${count(times)} times`;
}

function rows({ snapshots }: Recorded<IcSnapshot>): string[][] {
  return snapshots
    .map(({ recorded_at, as_of, version, rank_ic, rank_ic_t, n_sessions }) => [
      toTheSecond(recorded_at),
      as_of,
      version,
      coefficient(rank_ic),
      ratio(rank_ic_t),
      count(n_sessions),
    ])
    .reverse();
}
