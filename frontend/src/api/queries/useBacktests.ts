/** Finished backtests. */
import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { BacktestItem, BacktestReport } from "../../types/backtests.ts";
import { fillPath, get, send, unwrap } from "../client.ts";
import { type PagesResult, usePages } from "./pages.ts";

export const BACKTESTS_KEY = ["backtests", "list"] as const;

/** The newest finished backtests. */
export function useBacktests(): PagesResult<BacktestItem> {
  return usePages(BACKTESTS_KEY, async (request) => {
    const { items, next_cursor } = await get("/api/backtests", request);
    return { items, next_cursor };
  });
}

/** The whole report, which never changes. */
export function backtestReport(jobId: string) {
  return queryOptions<BacktestReport>({
    queryKey: ["backtests", "report", jobId],
    queryFn: ({ signal }) => get("/api/backtests/{job_id}", { params: { job_id: jobId }, signal }),
  });
}

export function useBacktestReport(jobId: string): UseQueryResult<BacktestReport> {
  return useQuery<BacktestReport>(backtestReport(jobId));
}

/** The trades as a CSV file; fetched, because a link cannot send the token. */
export async function fetchTrades(jobId: string): Promise<Blob> {
  const path = fillPath("/api/backtests/{job_id}/trades.csv", { job_id: jobId });
  const response = await send(path);
  if (!response.ok) await unwrap(response);
  return response.blob();
}
