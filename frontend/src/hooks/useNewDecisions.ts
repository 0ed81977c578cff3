/** Has the latest cycle read again while it runs. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { AUTOPILOT_KEY } from "../api/queries/useAutopilot.ts";
import type { JobRecord } from "../types/jobs.ts";

/** A cycle's decisions are stored as they are made: each new stage of it may have one more to read. */
export function useNewDecisions({ status, progress_message }: JobRecord): void {
  const client = useQueryClient();
  const stage = status === "running" ? progress_message : null;
  useEffect(() => {
    if (stage !== null) void client.invalidateQueries({ queryKey: [...AUTOPILOT_KEY, "latest"] });
  }, [client, stage]);
}
