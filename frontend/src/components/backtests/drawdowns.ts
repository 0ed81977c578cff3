/** Finds the worst drawdowns of an equity curve. */
import type { Figure } from "../../types/figures.ts";

export interface Drawdown {
  /** A fraction: −0.2 is 20 % below the high. */
  depth: Figure<"fraction">;
  /** Last day at the high. */
  peak: string;
  trough: string;
  /** First day back at the high; null where it was not reached again. */
  recovery: string | null;
  /** Trading days from the high to the recovery, or to the last date. */
  sessions: number;
}

/** The deepest first. `drawdown` has one value per date, 0 at a high. */
export function worstDrawdowns(
  dates: readonly string[],
  drawdown: readonly Figure<"fraction">[],
  limit: number,
): Drawdown[] {
  const found: Drawdown[] = [];
  let high = 0;
  let lowest = 0;
  const close = (end: number, recovered: boolean): void => {
    const depth = drawdown[lowest] ?? 0;
    const [peak, trough, last] = [dates[high], dates[lowest], dates[end]];
    if (depth >= 0 || peak === undefined || trough === undefined || last === undefined) return;
    found.push({ depth, peak, trough, recovery: recovered ? last : null, sessions: end - high });
  };
  for (const [day, fall] of drawdown.entries()) {
    if (fall >= 0) {
      close(day, true);
      high = day;
      lowest = day;
    } else if (fall < (drawdown[lowest] ?? 0)) {
      lowest = day;
    }
  }
  close(drawdown.length - 1, false);
  return found.sort((a, b) => a.depth - b.depth).slice(0, limit);
}
