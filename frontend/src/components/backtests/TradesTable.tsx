/** The trades of a backtest, a page at a time, sorted by any column. */
import { Table, UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Trade } from "../../types/backtests.ts";
import { Pager } from "../answers/Pager.tsx";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import {
  NEWEST_FIRST,
  nextOrder,
  orderedTrades,
  TRADE_COLUMN_NAMES,
  TRADE_COLUMNS,
  type TradeOrder,
} from "./tradeColumns.ts";

const PAGE = 50;

interface Props {
  trades: readonly Trade[];
  /** Show the trade in the chart; `origin` is the button that was clicked. */
  onShow: (trade: Trade, origin: HTMLElement) => void;
}

export function TradesTable({ trades, onShow }: Props) {
  const [order, setOrder] = useState<TradeOrder>(NEWEST_FIRST);
  const [first, setFirst] = useState(0);
  const ordered = useMemo(() => orderedTrades(trades, order), [trades, order]);
  function sort(by: keyof Trade): void {
    setOrder(nextOrder(order, by));
    setFirst(0);
  }
  return (
    <>
      <ScrollRegion label="Table of trades" minWidth={980}>
        <Table className="figures" verticalSpacing={5} horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {TRADE_COLUMN_NAMES.map((name) => (
                <Heading key={name} name={name} order={order} onSort={sort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ordered.slice(first, first + PAGE).map((trade) => (
              <TradeRow
                key={`${trade.ticker} ${trade.entry_date} ${trade.exit_date ?? ""}`}
                trade={trade}
                onShow={onShow}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
      <Pager label="trades" first={first} size={PAGE} total={trades.length} onTurn={setFirst} />
    </>
  );
}

function Heading(props: {
  name: keyof Trade;
  order: TradeOrder;
  onSort: (by: keyof Trade) => void;
}) {
  const { name, order, onSort } = props;
  const { heading, isFigure } = TRADE_COLUMNS[name];
  const active = order.by === name;
  return (
    <Table.Th
      ta={isFigure ? "right" : "left"}
      {...(active ? { "aria-sort": order.direction } : {})}
    >
      <UnstyledButton className="sort" onClick={() => onSort(name)}>
        {heading}
        <span aria-hidden="true" className="sort-arrow" data-active={active}>
          {active && order.direction === "ascending" ? "▲" : "▼"}
        </span>
      </UnstyledButton>
    </Table.Th>
  );
}

function TradeRow({ trade, onShow }: { trade: Trade; onShow: Props["onShow"] }) {
  return (
    <Table.Tr>
      {TRADE_COLUMN_NAMES.map((name) => {
        const { isFigure, text } = TRADE_COLUMNS[name];
        return (
          <Table.Td key={name} ta={isFigure ? "right" : "left"} className="one-line">
            {name === "ticker" ? <ShowButton trade={trade} onShow={onShow} /> : text(trade)}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

function ShowButton({ trade, onShow }: { trade: Trade; onShow: Props["onShow"] }) {
  return (
    <UnstyledButton
      className="show-in-chart"
      onClick={(event) => onShow(trade, event.currentTarget)}
      title="Show in the chart"
      aria-label={`${trade.ticker}, bought ${trade.entry_date}: show in the chart`}
    >
      {trade.ticker}
      <ChartIcon />
    </UnstyledButton>
  );
}

export function ChartIcon() {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <path d="M1 1v12h12M3.5 9.5l3-4 2.5 2 3.5-5" fill="none" stroke="currentColor" />
    </svg>
  );
}
