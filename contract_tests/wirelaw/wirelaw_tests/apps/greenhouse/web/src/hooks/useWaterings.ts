import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type WateringStage } from "@/api/schemas";
import { fetchBeds, fetchWaterings, startWatering, stopWatering } from "@/api/waterings";

export const useBeds = () => useQuery({ queryKey: ["beds"], queryFn: fetchBeds });

export function useWaterings(stage?: WateringStage) {
  return useQuery({ queryKey: ["waterings", stage], queryFn: () => fetchWaterings(stage) });
}

export function useStartWatering() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: startWatering,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["waterings"] }),
  });
}

export const useStopWatering = () => useMutation({ mutationFn: (id: number) => stopWatering(id) });
