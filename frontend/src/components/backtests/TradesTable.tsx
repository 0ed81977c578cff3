/** The latest trades of a backtest; all of them are in the file. */
import { Table } from "@mantine/core";
import { count, percent, ratio } from "../../figures.ts";
import type { Trade } from "../../types/backtests.ts";

const SHOWN = 20;

/** A column that the contract gains breaks the build until it has a heading. */
const HEADINGS: Readonly<Record<keyof Trade, string>> = {
  ticker: "Name",
  entry_date: "Bought",
  entry_price: "At",
  exit_date: "Sold",
  exit_price: "At",
  holding_days: "Days",
  shares: "Shares",
  predicted_return: "Predicted",
  return_fraction: "Return",
  profit: "Profit",
  cost_bps: "Cost, bps",
  exit_reason: "Why",
};

export function TradesTable({ trades }: { trades: readonly Trade[] }) {
  return (
    <Table.ScrollContainer minWidth={900}>
      <Table className="figures" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            {Object.entries(HEADINGS).map(([name, heading]) => (
              <Table.Th key={name}>{heading}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trades
            .slice(-SHOWN)
            .reverse()
            .map((trade) => (
              <TradeRow key={`${trade.ticker} ${trade.entry_date}`} trade={trade} />
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function TradeRow({ trade }: { trade: Trade }) {
  return (
    <Table.Tr>
      <Table.Td>{trade.ticker}</Table.Td>
      <Table.Td>{trade.entry_date}</Table.Td>
      <Table.Td>{ratio(trade.entry_price)}</Table.Td>
      <Table.Td>{trade.exit_date ?? ""}</Table.Td>
      <Table.Td>{ratio(trade.exit_price)}</Table.Td>
      <Table.Td>{trade.holding_days}</Table.Td>
      <Table.Td>{count(trade.shares)}</Table.Td>
      <Table.Td>{percent(trade.predicted_return)}</Table.Td>
      <Table.Td>{percent(trade.return_fraction)}</Table.Td>
      <Table.Td>{count(trade.profit)}</Table.Td>
      <Table.Td>{ratio(trade.cost_bps)}</Table.Td>
      <Table.Td>{trade.exit_reason.replaceAll("_", " ")}</Table.Td>
    </Table.Tr>
  );
}
