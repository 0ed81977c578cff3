/** Trained model versions. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ModelManifest } from "../../types/models.ts";
import { get } from "../client.ts";
import { type PagesResult, usePages } from "./pages.ts";

export const MODELS_KEY = ["models"] as const;

/** The newest versions. */
export function useModels(): PagesResult<ModelManifest> {
  return usePages([...MODELS_KEY, "list"], async (request) => {
    const { items, next_cursor } = await get("/api/models", request);
    return { items, next_cursor };
  });
}

export function useModel(version: string): UseQueryResult<ModelManifest> {
  return useQuery<ModelManifest>({
    queryKey: [...MODELS_KEY, "version", version],
    queryFn: ({ signal }) => get("/api/models/{version}", { params: { version }, signal }),
  });
}
