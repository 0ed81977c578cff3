/** The stream of every job into the query cache, which is the only place where job state lives. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { BACKTESTS_KEY } from "../api/queries/useBacktests.ts";
import { listJob, refreshJobs, writeJob } from "../api/queries/useJobs.ts";
import { SYSTEM_KEY } from "../api/queries/useSystem.ts";
import type { StreamState } from "../api/stream.ts";
import {
  type Handlers,
  type JobRecord,
  STREAM_EVENTS,
  type StreamEventsPayloads,
} from "../types/jobs.ts";
import { useSSE } from "./useSSE.ts";

/** What each event does to the cache. */
export function jobHandlers(client: QueryClient): Handlers<StreamEventsPayloads> {
  const keep = (job: JobRecord): void => {
    writeJob(client, job);
    listJob(client, job.job_id);
  };
  return {
    status: keep,
    started: keep,
    progress: keep,
    completed: (job) => {
      keep(job);
      void client.invalidateQueries({ queryKey: BACKTESTS_KEY });
      void client.invalidateQueries({ queryKey: SYSTEM_KEY });
    },
    failed: keep,
    cancelled: keep,
    reset: () => void refreshJobs(client),
  };
}

/** Follow all jobs; mounted once in a tab, because a browser has six connections to a service. */
export function useJobProgress(): StreamState {
  const client = useQueryClient();
  const handlers = useMemo(() => jobHandlers(client), [client]);
  const onState = useMemo(() => refreshWhenFirstLive(client), [client]);
  return useSSE({ contract: STREAM_EVENTS, path: STREAM_EVENTS.path, handlers, onState });
}

/**
 * A job that ended after the list was read and before the stream began is in neither, so what was
 * read before is read again. After that a stream resumes exactly, or says `reset`.
 */
function refreshWhenFirstLive(client: QueryClient): (state: StreamState) => void {
  let first = true;
  return ({ name }) => {
    if (name === "live" && first) {
      first = false;
      void refreshJobs(client);
    }
  };
}
