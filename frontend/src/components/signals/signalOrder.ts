/** The sort order of signals. */
import type { Signal } from "../../types/signals.ts";
import { inOrder } from "../answers/order.ts";

export interface SignalOrder {
  by: keyof Signal;
  descending: boolean;
}

/** Whether a column starts with its largest value: figures do, names and ranks do not. */
const MOST_FIRST: Readonly<Record<keyof Signal, boolean>> = {
  rank: false,
  ticker: false,
  predicted_return: true,
  z_score: true,
  disagreement: true,
};

export const BY_RANK: SignalOrder = { by: "rank", descending: MOST_FIRST.rank };

export function reordered(order: SignalOrder, by: keyof Signal): SignalOrder {
  return { by, descending: order.by === by ? !order.descending : MOST_FIRST[by] };
}

export function ordered(signals: readonly Signal[], { by, descending }: SignalOrder): Signal[] {
  return inOrder(signals, (signal) => signal[by], descending ? "descending" : "ascending");
}
