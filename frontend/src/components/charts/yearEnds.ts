/** Selects the days of a long curve for a table. */

/** The index of the first day, and of the last day of each year. */
export function yearEnds(dates: readonly string[]): number[] {
  const year = (day: number): string | undefined => dates[day]?.slice(0, 4);
  return [...dates.keys()].filter((day) => day === 0 || year(day) !== year(day + 1));
}
