/** One of the runs that are compared. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { BacktestReport } from "../../types/backtests.ts";

export interface Run {
  jobId: string;
  name: string;
  /** A `--page-…` colour of the stylesheet. */
  colour: string;
  query: UseQueryResult<BacktestReport>;
}

/** A run whose report is there. */
export type ReadRun = Omit<Run, "query"> & { report: BacktestReport };

/** The runs that could be read; the others have their place in the table. */
export function readRuns(runs: readonly Run[]): ReadRun[] {
  return runs.flatMap(({ query, ...run }) =>
    query.data === undefined ? [] : [{ ...run, report: query.data }],
  );
}
