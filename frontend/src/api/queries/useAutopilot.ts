/** The latest research cycle and the paper account. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { AutopilotCycle, PaperAccount } from "../../types/autopilot.ts";
import { get } from "../client.ts";

export const AUTOPILOT_KEY = ["autopilot"] as const;

/** Null: no cycle yet. */
export function useLatestCycle(): UseQueryResult<AutopilotCycle | null> {
  return useQuery<AutopilotCycle | null>({
    queryKey: [...AUTOPILOT_KEY, "latest"],
    queryFn: ({ signal }) => get("/api/autopilot/latest", { signal }),
  });
}

/** Null: no paper trading yet. */
export function usePaperAccount(): UseQueryResult<PaperAccount | null> {
  return useQuery<PaperAccount | null>({
    queryKey: [...AUTOPILOT_KEY, "paper"],
    queryFn: ({ signal }) => get("/api/autopilot/paper", { signal }),
  });
}
