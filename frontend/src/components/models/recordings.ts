/** Recordings of a tracker, apart by horizon and in the order of their times. */

export interface Recorded<Snapshot> {
  horizon: number;
  snapshots: readonly Snapshot[];
  /** In step with the snapshots, to the second. */
  times: readonly string[];
}

/** @param placed where a snapshot belongs. */
export function recordings<Snapshot>(
  snapshots: readonly Snapshot[],
  placed: (snapshot: Snapshot) => { horizon: number; recorded_at: string },
): Recorded<Snapshot>[] {
  const groups = new Map<number, Snapshot[]>();
  for (const snapshot of snapshots) {
    const { horizon } = placed(snapshot);
    groups.set(horizon, [...(groups.get(horizon) ?? []), snapshot]);
  }
  const timeOf = (snapshot: Snapshot): string => placed(snapshot).recorded_at;
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([horizon, group]) => {
      // one that was recorded again keeps its place in the order of the tracker
      const sorted = group.toSorted((a, b) => Date.parse(timeOf(a)) - Date.parse(timeOf(b)));
      return { horizon, snapshots: sorted, times: sorted.map((one) => toSecond(timeOf(one))) };
    });
}

function toSecond(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
