import { expect, it } from "vitest";
import { inOrder, type Sorted } from "../src/components/answers/order.ts";
import {
  orderedTrades,
  TRADE_COLUMN_NAMES,
  TRADE_COLUMNS,
} from "../src/components/backtests/tradeColumns.ts";
import { ordered } from "../src/components/signals/signalOrder.ts";
import { dataOf } from "./traces.ts";

/** Values from the least to the largest, with ties, negative figures, and words that differ in case only. */
const RISING: readonly (readonly Sorted[])[] = [
  [-12, -1.5, 0, 0, 3, 20],
  ["a", "AAPL", "aapl", "B", "b", "Zz"],
  ["2009-12-31", "2010-01-04", "2010-01-04", "2010-01-13"],
];

const lower = (value: Sorted): string => String(value).toLowerCase();

it.each(RISING)("orders %j… in both directions, null last and ties as they were", (...values) => {
  const shuffled = [null, ...values.toReversed(), null].map((value, place) => ({ value, place }));
  for (const direction of ["ascending", "descending"] as const) {
    const wanted = direction === "ascending" ? values : values.toReversed();
    const found = inOrder(shuffled, ({ value }) => value, direction);
    expect(found.map(({ value }) => lower(value))).toEqual([...wanted, null, null].map(lower));
    for (const [at, { value, place }] of found.entries()) {
      const next = found[at + 1];
      if (next !== undefined && lower(next.value) === lower(value))
        expect(next.place).toBeGreaterThan(place);
    }
  }
});

const { trades } = dataOf("report-backtest-plain", "/api/backtests/{job_id}");

it.each(TRADE_COLUMN_NAMES)("orders trades by what %s shows, those without a value last", (by) => {
  const { isFigure, text } = TRADE_COLUMNS[by];
  const absent = trades.filter((trade) => trade[by] === null).map(text);
  const present = trades.toReversed().filter((trade) => trade[by] !== null);
  const sorted = inOrder(present, (trade) => (isFigure ? trade[by] : text(trade)), "ascending");
  for (const direction of ["ascending", "descending"] as const) {
    const texts = (direction === "ascending" ? sorted : sorted.toReversed()).map(text);
    const found = orderedTrades(trades, { by, direction }).map(text);
    expect(found, direction).toEqual([...texts, ...absent]);
  }
});

const signals = dataOf("signals", "/api/signals/latest")?.signals ?? [];
const SIGNAL_COLUMNS = Object.keys(signals[0] ?? {}) as (keyof (typeof signals)[number])[];

it.each(SIGNAL_COLUMNS)("orders signals by %s, those without a value last", (by) => {
  const [first, ...rest] = signals;
  const nothing = { ...first, [by]: null } as unknown as (typeof signals)[number];
  for (const descending of [false, true]) {
    const values = ordered([nothing, ...rest], { by, descending }).map((signal) => signal[by]);
    const present = inOrder(rest, (signal) => signal[by], descending ? "descending" : "ascending");
    expect(values).toEqual([...present.map((signal) => signal[by]), null]);
  }
});
