/** The disagreement between ensemble members at one horizon, against its usual value. */
import { Skeleton } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { count, finePercent, toTheSecond } from "../../format/figures.ts";
import type { Figure } from "../../types/figures.ts";
import type { DisagreementSnapshot } from "../../types/systemHealth.ts";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { Line } from "../charts/LinesChart.tsx";
import { LinesChart } from "../charts/lazyLines.ts";
import { recordedTimes } from "./IcFigure.tsx";
import type { Recorded } from "./recordings.ts";

const COLUMNS = ["Recorded", "As of", "Version", "Disagreement", "Usual", "Names"] as const;
const HEIGHT = 240;

export function DisagreementFigure({ recorded }: { recorded: Recorded<DisagreementSnapshot> }) {
  const { snapshots, times } = recorded;
  const lines = useMemo<Line<Figure<"fraction">>[]>(
    () => [
      {
        name: "Disagreement",
        values: snapshots.map(({ disagreement }) => disagreement),
        colour: "strategy",
      },
      {
        name: "Usual",
        values: snapshots.map(({ usual_disagreement }) => usual_disagreement),
        colour: "benchmark",
      },
    ],
    [snapshots],
  );
  return (
    <ChartFigure summary={summary(snapshots)} columns={COLUMNS} rows={() => rows(recorded)}>
      <Suspense fallback={<Skeleton h={HEIGHT} />}>
        <LinesChart dates={times} lines={lines} format={finePercent} height={HEIGHT} />
      </Suspense>
    </ChartFigure>
  );
}

function summary(snapshots: readonly DisagreementSnapshot[]): string {
  const last = snapshots.at(-1);
  if (last === undefined) return "";
  const { disagreement, usual_disagreement, n_tickers, as_of, version } = last;
  const than = disagreement > usual_disagreement ? "more than usual" : "no more than usual";
  return (
    `On ${as_of} the members' predictions differ by ${finePercent(disagreement)} (standard deviation, ` +
    `${count(n_tickers)} names), ${than}: ${finePercent(usual_disagreement)}. With model ${version}; ` +
    `${recordedTimes(snapshots.length)}.`
  );
}

function rows({ snapshots }: Recorded<DisagreementSnapshot>): string[][] {
  return snapshots
    .map(({ recorded_at, as_of, version, disagreement, usual_disagreement, n_tickers }) => [
      toTheSecond(recorded_at),
      as_of,
      version,
      finePercent(disagreement),
      finePercent(usual_disagreement),
      count(n_tickers),
    ])
    .reverse();
}
