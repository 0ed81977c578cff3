/** The days that stand for a long curve in a table. */

/** The number of the first day, and of the last one of each year. */
export function yearEnds(dates: readonly string[]): number[] {
  const year = (day: number): string | undefined => dates[day]?.slice(0, 4);
  return [...dates.keys()].filter((day) => day === 0 || year(day) !== year(day + 1));
}
