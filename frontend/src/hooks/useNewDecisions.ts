/** Refetches the latest cycle while it runs. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { AUTOPILOT_KEY } from "../api/queries/useAutopilot.ts";
import type { JobRecord } from "../types/jobs.ts";

/** The service stores each decision at once, so each new stage of a cycle may have another one. */
export function useNewDecisions({ status, progress_message }: JobRecord): void {
  const client = useQueryClient();
  const stage = status === "running" ? progress_message : null;
  useEffect(() => {
    if (stage !== null) void client.invalidateQueries({ queryKey: [...AUTOPILOT_KEY, "latest"] });
  }, [client, stage]);
}
