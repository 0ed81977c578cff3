/** The columns of the trades table: their headings, texts and sort orders. */
import { basisPoints, count, money, percent, price, shares } from "../../format/figures.ts";
import type { Trade } from "../../types/backtests.ts";
import { type Direction, inOrder } from "../answers/order.ts";

interface Column {
  heading: string;
  /** Figures are aligned right. */
  isFigure: boolean;
  text: (trade: Trade) => string;
}

export function exitReason(reason: Trade["exit_reason"]): string {
  switch (reason) {
    case "holding_period":
      return "holding period";
    case "stop_loss":
      return "stop-loss";
    case "drawdown_breaker":
      return "drawdown breaker";
    case "price_lost":
      return "price unavailable";
    case "open":
      return "still open";
  }
}

/** A column that the contract gains breaks the build until it has a heading. */
export const TRADE_COLUMNS: Readonly<Record<keyof Trade, Column>> = {
  ticker: { heading: "Name", isFigure: false, text: (trade) => trade.ticker },
  entry_date: { heading: "Bought", isFigure: false, text: (trade) => trade.entry_date },
  entry_price: {
    heading: "Entry price",
    isFigure: true,
    text: (trade) => price(trade.entry_price),
  },
  exit_date: { heading: "Sold", isFigure: false, text: (trade) => trade.exit_date ?? "–" },
  exit_price: {
    heading: "Exit price",
    isFigure: true,
    text: (trade) => price(trade.exit_price),
  },
  holding_days: { heading: "Days", isFigure: true, text: (trade) => count(trade.holding_days) },
  shares: { heading: "Shares", isFigure: true, text: (trade) => shares(trade.shares) },
  predicted_return: {
    heading: "Predicted",
    isFigure: true,
    text: (trade) => percent(trade.predicted_return),
  },
  return_fraction: {
    heading: "Return",
    isFigure: true,
    text: (trade) => percent(trade.return_fraction),
  },
  profit: { heading: "Profit", isFigure: true, text: (trade) => money(trade.profit) },
  cost_bps: { heading: "Cost, bps", isFigure: true, text: (trade) => basisPoints(trade.cost_bps) },
  exit_reason: {
    heading: "Closed by",
    isFigure: false,
    text: (trade) => exitReason(trade.exit_reason),
  },
};

function isColumn(name: string): name is keyof Trade {
  return name in TRADE_COLUMNS;
}

export const TRADE_COLUMN_NAMES: readonly (keyof Trade)[] =
  Object.keys(TRADE_COLUMNS).filter(isColumn);

export interface TradeOrder {
  by: keyof Trade;
  direction: Direction;
}

export const NEWEST_FIRST: TradeOrder = { by: "entry_date", direction: "descending" };

/** The same column reverses its order. Another one begins with its largest figure, or its first name. */
export function nextOrder(order: TradeOrder, by: keyof Trade): TradeOrder {
  if (order.by === by) {
    return { by, direction: order.direction === "ascending" ? "descending" : "ascending" };
  }
  const isWord = by === "ticker" || by === "exit_reason";
  return { by, direction: isWord ? "ascending" : "descending" };
}

/** Words in the order of what is shown; equal values stay newest first. */
export function orderedTrades(trades: readonly Trade[], { by, direction }: TradeOrder): Trade[] {
  const sortedBy = (trade: Trade): Trade[keyof Trade] =>
    by === "exit_reason" ? exitReason(trade.exit_reason) : trade[by];
  return inOrder(trades.toReversed(), sortedBy, direction);
}
