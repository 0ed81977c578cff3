/** The part of the equity chart that shows a trade or a drawdown, with its description and marks. */

import { percent } from "../../format/figures.ts";
import type { Trade } from "../../types/backtests.ts";
import type { ChartPlace } from "../charts/EquityChart.tsx";
import type { Drawdown } from "./drawdowns.ts";

/** @param lastDate of the curve: an open trade is drawn up to it. */
export function placeOfTrade(trade: Trade, lastDate: string): ChartPlace {
  const { ticker, entry_date, exit_date, return_fraction } = trade;
  const gain = percent(return_fraction);
  const end =
    exit_date === null ? `still held on ${lastDate}, at ${gain}` : `sold ${exit_date} with ${gain}`;
  return {
    description: `${ticker}, bought ${entry_date}, ${end}.`,
    from: entry_date,
    to: exit_date ?? lastDate,
    marks: [
      { date: entry_date, text: `${ticker} bought`, side: "below" },
      ...(exit_date === null
        ? []
        : [{ date: exit_date, text: `${ticker} sold, ${gain}`, side: "above" } as const]),
    ],
  };
}

/** @param lastDate of the curve: a drawdown without recovery is drawn up to it. */
export function placeOfDrawdown(drawdown: Drawdown, lastDate: string): ChartPlace {
  const { depth, peak, trough, recovery } = drawdown;
  const end = recovery === null ? "not recovered yet" : `recovered ${recovery}`;
  return {
    description: `Drawdown of ${percent(depth)}: high on ${peak}, low on ${trough}, ${end}.`,
    from: peak,
    to: recovery ?? lastDate,
    marks: [
      { date: peak, text: "High", side: "above" },
      { date: trough, text: `Low, ${percent(depth)}`, side: "below" },
      ...(recovery === null ? [] : [{ date: recovery, text: "Recovered", side: "above" } as const]),
    ],
  };
}
