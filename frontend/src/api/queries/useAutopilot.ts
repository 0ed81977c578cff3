/** The latest research cycle, the account on paper, and what its fills cost. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { AutopilotCycle, ExecutionQuality, PaperAccount } from "../../types/autopilot.ts";
import { get } from "../client.ts";

export const AUTOPILOT_KEY = ["autopilot"] as const;

/** Null: no cycle was run yet. */
export function useLatestCycle(): UseQueryResult<AutopilotCycle | null> {
  return useQuery<AutopilotCycle | null>({
    queryKey: [...AUTOPILOT_KEY, "latest"],
    queryFn: ({ signal }) => get("/api/autopilot/latest", { signal }),
  });
}

/** Null: nothing was traded on paper yet. */
export function usePaperAccount(): UseQueryResult<PaperAccount | null> {
  return useQuery<PaperAccount | null>({
    queryKey: [...AUTOPILOT_KEY, "paper"],
    queryFn: ({ signal }) => get("/api/autopilot/paper", { signal }),
  });
}

export function useExecutionQuality(): UseQueryResult<ExecutionQuality> {
  return useQuery<ExecutionQuality>({
    queryKey: [...AUTOPILOT_KEY, "execution-quality"],
    queryFn: ({ signal }) => get("/api/system/execution-quality", { signal }),
  });
}
