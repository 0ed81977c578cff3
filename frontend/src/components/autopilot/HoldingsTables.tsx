/** The positions and pending orders of the paper account. */
import { Text } from "@mantine/core";
import { marketValue, unrealisedGain, unrealisedReturn } from "../../format/derived.ts";
import { count, money, percent, price, shares as sharesText } from "../../format/figures.ts";
import type { PaperAccount, PaperOrder, PaperPosition } from "../../types/autopilot.ts";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { Gain } from "./Gain.tsx";
import { ORDER_STATUS, reasonOf, SIDES } from "./orders.ts";

const POSITIONS: readonly Column<PaperPosition>[] = [
  { name: "Name", cell: ({ ticker }) => ticker },
  { name: "Bought", cell: ({ entry_date }) => entry_date },
  { name: "Session", numeric: true, cell: ({ entry_number }) => count(entry_number) },
  { name: "Shares", numeric: true, cell: ({ shares }) => sharesText(shares) },
  { name: "Bought at", numeric: true, cell: ({ entry_price }) => price(entry_price) },
  { name: "Last price", numeric: true, cell: ({ last_price }) => price(last_price) },
  {
    name: "Value",
    numeric: true,
    cell: (position) => money(marketValue(position)),
  },
  {
    name: "Unrealised gain",
    meaning: "Against the price of the entry, before costs",
    numeric: true,
    cell: (position) => <Gain value={unrealisedGain(position)} format={money} />,
  },
  {
    name: "Return",
    numeric: true,
    cell: (position) => <Gain value={unrealisedReturn(position)} format={percent} />,
  },
  {
    name: "Predicted",
    numeric: true,
    cell: ({ predicted_return }) => percent(predicted_return),
  },
];

export function PositionsTable({ account }: { account: PaperAccount }) {
  if (account.positions.length === 0) return <Nothing>No positions.</Nothing>;
  return (
    <LongTable
      label="Positions"
      columns={POSITIONS}
      rows={account.positions}
      keyOf={({ ticker, entry_number }) => `${ticker} ${entry_number}`}
      minWidth={860}
    />
  );
}

const PENDING: readonly Column<PaperOrder>[] = [
  { name: "Name", cell: ({ ticker }) => ticker },
  { name: "Side", cell: ({ side }) => SIDES[side] },
  { name: "Decided", cell: ({ decided_on }) => decided_on },
  { name: "Decided at", numeric: true, cell: ({ decision_price }) => price(decision_price) },
  {
    name: "Predicted",
    numeric: true,
    cell: ({ predicted_return }) => percent(predicted_return),
  },
  { name: "Why", cell: ({ reason }) => reasonOf(reason) },
  { name: "Status", cell: ({ status }) => ORDER_STATUS[status] },
  {
    name: "Order",
    cell: ({ order_id }) => (
      <Text size="xs" c="dimmed" className="unbroken">
        {order_id}
      </Text>
    ),
  },
];

export function PendingTable({ orders }: { orders: readonly PaperOrder[] }) {
  if (orders.length === 0) return <Nothing>No orders are pending.</Nothing>;
  return (
    <LongTable
      label="Orders for the next session"
      columns={PENDING}
      rows={orders}
      keyOf={({ order_id }) => order_id}
      minWidth={760}
    />
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
