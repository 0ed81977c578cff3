/** The closed trades of the paper account, the latest first. */
import { Text } from "@mantine/core";
import { useMemo } from "react";
import {
  basisPoints,
  count,
  money,
  percent,
  price,
  shares as sharesText,
} from "../../format/figures.ts";
import type { Trade } from "../../types/backtests.ts";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { exitReason } from "../backtests/tradeColumns.ts";
import { Gain } from "./Gain.tsx";

const COLUMNS: readonly Column<Trade>[] = [
  { name: "Name", cell: ({ ticker }) => ticker },
  { name: "Bought", cell: ({ entry_date }) => entry_date },
  { name: "Bought at", numeric: true, cell: ({ entry_price }) => price(entry_price) },
  { name: "Sold", cell: ({ exit_date }) => exit_date ?? "–" },
  { name: "Sold at", numeric: true, cell: ({ exit_price }) => price(exit_price) },
  { name: "Days", numeric: true, cell: ({ holding_days }) => count(holding_days) },
  { name: "Shares", numeric: true, cell: ({ shares }) => sharesText(shares) },
  {
    name: "Predicted",
    numeric: true,
    cell: ({ predicted_return }) => percent(predicted_return),
  },
  {
    name: "Return",
    meaning: "After costs",
    numeric: true,
    cell: ({ return_fraction }) => <Gain value={return_fraction} format={percent} />,
  },
  {
    name: "Profit",
    meaning: "After costs",
    numeric: true,
    cell: ({ profit }) => <Gain value={profit} format={money} />,
  },
  { name: "Cost, bps", numeric: true, cell: ({ cost_bps }) => basisPoints(cost_bps) },
  { name: "Why", cell: ({ exit_reason }) => exitReason(exit_reason) },
];

export function PaperTradesTable({ trades }: { trades: readonly Trade[] }) {
  const latest = useMemo(() => trades.toReversed(), [trades]);
  if (trades.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No closed trades yet.
      </Text>
    );
  }
  return (
    <LongTable
      label="Closed trades, the latest first"
      columns={COLUMNS}
      rows={latest}
      keyOf={({ ticker, entry_date }) => `${ticker} ${entry_date}`}
      minWidth={980}
      size={10}
    />
  );
}
