/** Groups the snapshots of a tracker by horizon, sorted by time. */

export interface Recorded<Snapshot> {
  horizon: number;
  snapshots: readonly Snapshot[];
  /** One per snapshot, to the second. */
  times: readonly string[];
}

/** @param placed returns the horizon and the time of a snapshot. */
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
      // stable: equal times keep the order of the tracker
      const sorted = group.toSorted((a, b) => Date.parse(timeOf(a)) - Date.parse(timeOf(b)));
      return { horizon, snapshots: sorted, times: sorted.map((one) => toSecond(timeOf(one))) };
    });
}

function toSecond(time: string): string {
  return `${time.slice(0, 19)}Z`;
}
