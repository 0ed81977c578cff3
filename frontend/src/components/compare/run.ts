/** A backtest in a comparison. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { BacktestReport } from "../../types/backtests.ts";

export interface Run {
  jobId: string;
  name: string;
  /** A `--page-…` colour of the stylesheet. */
  colour: string;
  query: UseQueryResult<BacktestReport>;
}

/** A run whose report was read. */
export type ReadRun = Omit<Run, "query"> & { report: BacktestReport };

/** The runs whose reports were read. */
export function readRuns(runs: readonly Run[]): ReadRun[] {
  return runs.flatMap(({ query, ...run }) =>
    query.data === undefined ? [] : [{ ...run, report: query.data }],
  );
}
