/** The equity of the paper account by session, against its initial cash. */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { count, percent } from "../../format/figures.ts";
import type { PaperAccount } from "../../types/autopilot.ts";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { Line } from "../charts/LinesChart.tsx";

const LinesChart = lazy(() => import("../charts/LinesChart.tsx"));

export function AccountCurve({ account }: { account: PaperAccount }) {
  const { dates, equity_curve, initial_cash } = account;
  const lines = useMemo<Line[]>(
    () => [
      { name: "Equity", values: equity_curve, colour: "strategy" },
      { name: "Initial cash", values: dates.map(() => initial_cash), colour: "benchmark" },
    ],
    [dates, equity_curve, initial_cash],
  );
  return (
    <ChartFigure
      summary={summaryOf(account)}
      columns={["Session", "Equity", "Return"]}
      rows={() =>
        dates.map((date, index) => {
          const equity = equity_curve[index] ?? null;
          const gain = equity === null ? null : equity / initial_cash - 1;
          return [date, count(equity), percent(gain)];
        })
      }
    >
      <Suspense fallback={<Skeleton h={280} />}>
        <LinesChart dates={dates} lines={lines} format={count} />
      </Suspense>
    </ChartFigure>
  );
}

function summaryOf({ dates, equity_curve, initial_cash, equity, as_of }: PaperAccount): string {
  const lowest = equity_curve.reduce((low, value) => Math.min(low, value), initial_cash);
  const highest = equity_curve.reduce((high, value) => Math.max(high, value), initial_cash);
  return (
    `Equity over ${count(dates.length)} sessions: from ${count(initial_cash)} to ${count(equity)} ` +
    `on ${as_of}, never below ${count(lowest)} nor above ${count(highest)}.`
  );
}
