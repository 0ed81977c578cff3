/** Trained model versions. */
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { DeletedModel, ModelManifest } from "../../types/models.ts";
import { get, remove } from "../client.ts";
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

export function useDeleteModel(): UseMutationResult<DeletedModel, Error, string> {
  const client = useQueryClient();
  return useMutation<DeletedModel, Error, string>({
    mutationFn: (version: string) => remove("/api/models/{version}", { params: { version } }),
    onSuccess: () => client.invalidateQueries({ queryKey: MODELS_KEY }),
  });
}
