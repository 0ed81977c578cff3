/** The equity of the paper account by session, against its initial cash. */
import { Skeleton } from "@mantine/core";
import { Suspense, useMemo } from "react";
import { equityRange, returnOf } from "../../format/derived.ts";
import { count, money, percent } from "../../format/figures.ts";
import type { PaperAccount } from "../../types/autopilot.ts";
import type { Figure } from "../../types/figures.ts";
import { ChartFigure } from "../charts/ChartFigure.tsx";
import type { Line } from "../charts/LinesChart.tsx";
import { LinesChart } from "../charts/lazyLines.ts";

export function AccountCurve({ account }: { account: PaperAccount }) {
  const { dates, equity_curve, initial_cash } = account;
  const lines = useMemo<Line<Figure<"currency">>[]>(
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
          const gain = equity === null ? null : returnOf(account, equity);
          return [date, money(equity), percent(gain)];
        })
      }
    >
      <Suspense fallback={<Skeleton h={280} />}>
        <LinesChart dates={dates} lines={lines} format={money} />
      </Suspense>
    </ChartFigure>
  );
}

function summaryOf(account: PaperAccount): string {
  const { dates, initial_cash, equity, as_of } = account;
  const [lowest, highest] = equityRange(account);
  return (
    `Equity over ${count(dates.length)} sessions: from ${money(initial_cash)} to ${money(equity)} ` +
    `on ${as_of}, never below ${money(lowest)} nor above ${money(highest)}.`
  );
}
