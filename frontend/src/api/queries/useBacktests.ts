/** Finished backtests. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { BacktestItem, BacktestReport } from "../../types/backtests.ts";
import { fillPath, get, send, unwrap } from "../client.ts";

export const BACKTESTS_KEY = ["backtests", "list"] as const;

/** The newest finished backtests. */
export function useBacktests(): UseQueryResult<BacktestItem[]> {
  return useQuery({
    queryKey: BACKTESTS_KEY,
    queryFn: async ({ signal }) => (await get("/api/backtests", { signal })).items,
  });
}

/** The whole report, which never changes once it is there. */
export function useBacktestReport(jobId: string, ready: boolean): UseQueryResult<BacktestReport> {
  return useQuery({
    queryKey: ["backtests", "report", jobId],
    queryFn: ({ signal }) => get("/api/backtests/{job_id}", { params: { job_id: jobId }, signal }),
    enabled: ready,
  });
}

/** The trades as a file; fetched, because a link cannot carry the token. */
export async function fetchTrades(jobId: string): Promise<Blob> {
  const path = fillPath("/api/backtests/{job_id}/trades.csv", { job_id: jobId });
  const response = await send(path);
  if (!response.ok) await unwrap(response);
  return response.blob();
}
