/** Trained versions, and the histories of how well they rank and how much their members disagree. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { DisagreementHistory, IcHistory, ModelManifest } from "../../types/models.ts";
import { get } from "../client.ts";
import { type PagesResult, usePages } from "./pages.ts";

export const MODELS_KEY = ["models"] as const;

/** The newest versions. */
export function useModels(): PagesResult<ModelManifest> {
  return usePages([...MODELS_KEY, "list"], async (asked) => {
    const { items, next_cursor } = await get("/api/models", asked);
    return { items, next_cursor };
  });
}

export function useModel(version: string): UseQueryResult<ModelManifest> {
  return useQuery<ModelManifest>({
    queryKey: [...MODELS_KEY, "version", version],
    queryFn: ({ signal }) => get("/api/models/{version}", { params: { version }, signal }),
  });
}

export function useIcHistory(): UseQueryResult<IcHistory> {
  return useQuery<IcHistory>({
    queryKey: [...MODELS_KEY, "ic-history"],
    queryFn: ({ signal }) => get("/api/system/ic-history", { signal }),
  });
}

export function useDisagreementHistory(): UseQueryResult<DisagreementHistory> {
  return useQuery<DisagreementHistory>({
    queryKey: [...MODELS_KEY, "disagreement-history"],
    queryFn: ({ signal }) => get("/api/system/disagreement-history", { signal }),
  });
}
