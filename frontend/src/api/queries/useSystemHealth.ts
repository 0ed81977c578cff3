/** The health of the service: its data, its model, and how predictions and fills have turned out. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type {
  DataModeReport,
  DisagreementHistory,
  ExecutionQuality,
  Health,
  IcHistory,
  ModelAge,
} from "../../types/systemHealth.ts";
import { get } from "../client.ts";

export const SYSTEM_HEALTH_KEY = ["systemHealth"] as const;

/** Polled, because a disk fills and data age without an event. */
const HEALTH_MS = 30_000;

export function useDataMode(): UseQueryResult<DataModeReport> {
  return useQuery<DataModeReport>({
    queryKey: [...SYSTEM_HEALTH_KEY, "data-mode"],
    queryFn: ({ signal }) => get("/api/system/data-mode", { signal }),
  });
}

export function useModelAge(): UseQueryResult<ModelAge> {
  return useQuery<ModelAge>({
    queryKey: [...SYSTEM_HEALTH_KEY, "model-age"],
    queryFn: ({ signal }) => get("/api/system/model-age", { signal }),
  });
}

export function useHealth(): UseQueryResult<Health> {
  return useQuery<Health>({
    queryKey: [...SYSTEM_HEALTH_KEY, "health"],
    queryFn: ({ signal }) => get("/api/system/health", { signal }),
    refetchInterval: HEALTH_MS,
  });
}

export function useIcHistory(): UseQueryResult<IcHistory> {
  return useQuery<IcHistory>({
    queryKey: [...SYSTEM_HEALTH_KEY, "ic-history"],
    queryFn: ({ signal }) => get("/api/system/ic-history", { signal }),
  });
}

export function useDisagreementHistory(): UseQueryResult<DisagreementHistory> {
  return useQuery<DisagreementHistory>({
    queryKey: [...SYSTEM_HEALTH_KEY, "disagreement-history"],
    queryFn: ({ signal }) => get("/api/system/disagreement-history", { signal }),
  });
}

export function useExecutionQuality(): UseQueryResult<ExecutionQuality> {
  return useQuery<ExecutionQuality>({
    queryKey: [...SYSTEM_HEALTH_KEY, "execution-quality"],
    queryFn: ({ signal }) => get("/api/system/execution-quality", { signal }),
  });
}
