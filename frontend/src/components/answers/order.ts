/** The order of a table's rows by one of its columns, for every table that can be sorted. */

export type Direction = "ascending" | "descending";

/** What a column sorts by; null where a row has no value. */
export type Sorted = string | number | null;

/** Names in the order of an index: small and capital letters are the same. */
const NAMES = new Intl.Collator("en", { sensitivity: "accent" });

/** Null comes last in either direction; rows with the same value keep their order. */
export function inOrder<Row>(
  rows: readonly Row[],
  sortedBy: (row: Row) => Sorted,
  direction: Direction,
): Row[] {
  return rows.toSorted((one, other) => {
    const [a, b] = [sortedBy(one), sortedBy(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const less =
      typeof a === "number" && typeof b === "number" ? a - b : NAMES.compare(String(a), String(b));
    return direction === "ascending" ? less : -less;
  });
}
