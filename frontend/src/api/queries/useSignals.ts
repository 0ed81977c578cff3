/** The latest predictions. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { SignalsReport } from "../../types/signals.ts";
import { get } from "../client.ts";

export const SIGNALS_KEY = ["signals"] as const;

/** Null: no prediction yet. */
export function useLatestSignals(): UseQueryResult<SignalsReport | null> {
  return useQuery<SignalsReport | null>({
    queryKey: [...SIGNALS_KEY, "latest"],
    queryFn: ({ signal }) => get("/api/signals/latest", { signal }),
  });
}
