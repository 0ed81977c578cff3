/** The worst falls of an equity curve below an earlier high, out of its dates and drawdowns. */

export interface Drawdown {
  /** The lowest of it, as a fraction: −0.2 is a fifth below the high. */
  depth: number;
  /** The last day at the high. */
  peak: string;
  trough: string;
  /** The first day that is back at the high; null: not yet. */
  recovery: string | null;
  /** Trading days from the high until it is reached again, or until the last date. */
  sessions: number;
}

/** The deepest falls first. `drawdown` is 0 where there is no earlier high above, and runs in step with `dates`. */
export function worstDrawdowns(
  dates: readonly string[],
  drawdown: readonly number[],
  most: number,
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
  return found.sort((a, b) => a.depth - b.depth).slice(0, most);
}
