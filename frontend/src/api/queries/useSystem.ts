/** What the service computes on, with which model, and how it is. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { DataModeReport, Health, ModelAge } from "../../types/system.ts";
import { get } from "../client.ts";

export const SYSTEM_KEY = ["system"] as const;

/** Disks fill and data age without an event that would say so. */
const HEALTH_MS = 30_000;

export function useDataMode(): UseQueryResult<DataModeReport> {
  return useQuery<DataModeReport>({
    queryKey: [...SYSTEM_KEY, "data-mode"],
    queryFn: ({ signal }) => get("/api/system/data-mode", { signal }),
  });
}

export function useModelAge(): UseQueryResult<ModelAge> {
  return useQuery<ModelAge>({
    queryKey: [...SYSTEM_KEY, "model-age"],
    queryFn: ({ signal }) => get("/api/system/model-age", { signal }),
  });
}

export function useHealth(): UseQueryResult<Health> {
  return useQuery<Health>({
    queryKey: [...SYSTEM_KEY, "health"],
    queryFn: ({ signal }) => get("/api/system/health", { signal }),
    refetchInterval: HEALTH_MS,
  });
}
