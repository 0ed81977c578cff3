/** Paper orders in words, and the cost of their fills against the decision price. */

import { shortfall } from "../../format/derived.ts";
import type { PaperAccount, PaperFill, PaperOrder } from "../../types/autopilot.ts";
import type { ExecutionFill } from "../../types/systemHealth.ts";
import { exitReason } from "../backtests/tradeColumns.ts";

export type Side = PaperFill["side"];

export const SIDES: Readonly<Record<Side, string>> = { buy: "Buy", sell: "Sell" };

export const ORDER_STATUS: Readonly<Record<PaperFill["status"] | PaperOrder["status"], string>> = {
  pending: "pending",
  filled: "filled",
  partial: "filled in part",
};

export function reasonOf(reason: PaperFill["reason"]): string {
  return reason === "entry" ? "entry" : exitReason(reason);
}

export interface FillRow extends Omit<ExecutionFill, "cost_bps"> {
  /** The cost that a backtest assumes; null where it was not recorded. */
  assumed_bps: ExecutionFill["cost_bps"] | null;
  /** The account's record of the fill; null for an earlier account. */
  paper: PaperFill | null;
}

/** The fills of the account and the recorded ones, each order once, newest first. */
export function fillRows(
  account: PaperAccount | null | undefined,
  recorded: readonly ExecutionFill[],
): FillRow[] {
  const measured = new Map(recorded.map((fill) => [fill.order_id, measuredRow(fill)]));
  for (const fill of account?.fills ?? []) {
    const { order_id } = fill;
    const row = measured.get(order_id) ?? unmeasuredRow(fill, account?.account ?? "");
    measured.set(order_id, { ...row, paper: fill });
  }
  return [...measured.values()].sort((a, b) => b.filled_on.localeCompare(a.filled_on));
}

function measuredRow(fill: ExecutionFill): FillRow {
  const { cost_bps, ...row } = fill;
  return { ...row, assumed_bps: cost_bps, paper: null };
}

function unmeasuredRow(fill: PaperFill, account: string): FillRow {
  const { order_id, ticker, side, decided_on, filled_on, decision_price, fill_price, shares } =
    fill;
  return {
    order_id,
    account,
    ticker,
    side,
    decided_on,
    filled_on,
    decision_price,
    fill_price,
    shares,
    shortfall_bps: shortfall(fill),
    assumed_bps: null,
    paper: fill,
  };
}
