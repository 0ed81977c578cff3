/** What the service computes on, and with which model. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { DataModeReport, ModelAge } from "../../types/system.ts";
import { get } from "../client.ts";

export const SYSTEM_KEY = ["system"] as const;

export function useDataMode(): UseQueryResult<DataModeReport> {
  return useQuery({
    queryKey: [...SYSTEM_KEY, "data-mode"],
    queryFn: ({ signal }) => get("/api/system/data-mode", { signal }),
  });
}

export function useModelAge(): UseQueryResult<ModelAge> {
  return useQuery({
    queryKey: [...SYSTEM_KEY, "model-age"],
    queryFn: ({ signal }) => get("/api/system/model-age", { signal }),
  });
}
