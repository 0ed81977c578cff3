/** The fills of the paper account, with their costs. */
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { basisPoints, count, percent, price, shares as sharesText } from "../../format/figures.ts";
import type { PaperFill } from "../../types/autopilot.ts";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { type FillRow, ORDER_STATUS, reasonOf, SIDES } from "./orders.ts";

/** For a fill that the account no longer has. */
const NONE = "–";

const COLUMNS: readonly Column<FillRow>[] = [
  {
    name: "Filled",
    cell: ({ filled_on, paper }) => (
      <>
        <span className="one-line">{filled_on}</span>
        {paper !== null && <Quiet>session {count(paper.number)}</Quiet>}
      </>
    ),
  },
  { name: "Name", cell: ({ ticker }) => ticker },
  { name: "Side", cell: ({ side }) => SIDES[side] },
  {
    name: "Shares",
    numeric: true,
    cell: ({ shares, paper }) => (
      <>
        {sharesText(shares)}
        {paper !== null && <Quiet>{completeness(paper)}</Quiet>}
      </>
    ),
  },
  {
    name: "Decided at",
    numeric: true,
    cell: ({ decision_price, decided_on }) => (
      <>
        {price(decision_price)}
        <Quiet>{decided_on}</Quiet>
      </>
    ),
  },
  { name: "Filled at", numeric: true, cell: ({ fill_price }) => price(fill_price) },
  {
    name: "Shortfall, bps",
    meaning: "Positive where the fill was worse than the decision price: a cost",
    numeric: true,
    cell: ({ shortfall_bps }) => (
      <>
        {basisPoints(shortfall_bps)}
        <Quiet>{verdict(shortfall_bps)}</Quiet>
      </>
    ),
  },
  {
    name: "Assumed, bps",
    meaning: "The cost that a backtest assumes",
    numeric: true,
    cell: ({ assumed_bps }) => basisPoints(assumed_bps),
  },
  {
    name: "Fee",
    numeric: true,
    cell: ({ paper }) => (paper === null ? NONE : price(paper.fee)),
  },
  {
    name: "Predicted",
    numeric: true,
    cell: ({ paper }) => (paper === null ? NONE : percent(paper.predicted_return)),
  },
  { name: "Why", cell: ({ paper }) => (paper === null ? NONE : reasonOf(paper.reason)) },
  {
    name: "Order",
    cell: ({ order_id, account }) => (
      <Text size="xs" c="dimmed" className="unbroken" title={`Account ${account}`}>
        {order_id}
      </Text>
    ),
  },
];

export function FillsTable({ rows }: { rows: readonly FillRow[] }) {
  return (
    <LongTable
      label="Fills, newest first"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ order_id }) => order_id}
      minWidth={1180}
      size={10}
    />
  );
}

function completeness({ status, wanted_shares }: PaperFill): string {
  return `${ORDER_STATUS[status]}, of ${sharesText(wanted_shares)}`;
}

function verdict(shortfall_bps: FillRow["shortfall_bps"]): string {
  if (shortfall_bps === 0) return "as decided";
  return shortfall_bps > 0 ? "a cost" : "a gain";
}

function Quiet({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed" component="span" display="block">
      {children}
    </Text>
  );
}
