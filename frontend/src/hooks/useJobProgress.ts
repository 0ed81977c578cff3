/** The stream of every job into the query cache, which is the only place where job state lives. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { logJob } from "../api/queries/useJobLog.ts";
import { keepJob, refreshJobs } from "../api/queries/useJobs.ts";
import type { StreamState } from "../api/stream.ts";
import { JOB_TYPES } from "../jobTypes.ts";
import {
  type Handlers,
  type JobRecord,
  STREAM_EVENTS,
  type StreamEventsPayloads,
} from "../types/jobs.ts";
import { useSSE } from "./useSSE.ts";

/** What each event does to the cache. */
export function jobHandlers(client: QueryClient): Handlers<StreamEventsPayloads> {
  const keep = (name: keyof StreamEventsPayloads) => (job: JobRecord) => {
    keepJob(client, job);
    logJob(client, name, job);
  };
  // a job that failed or was cancelled may have left a part
  const end = (name: keyof StreamEventsPayloads) => (job: JobRecord) => {
    keep(name)(job);
    for (const queryKey of JOB_TYPES[job.job_type].invalidates) {
      void client.invalidateQueries({ queryKey });
    }
  };
  return {
    status: (job) => keep("status")(job),
    started: (job) => keep("started")(job),
    progress: (job) => keep("progress")(job),
    completed: (job) => end("completed")(job),
    failed: (job) => end("failed")(job),
    cancelled: (job) => end("cancelled")(job),
    reset: () => void refreshJobs(client),
  };
}

/** Follow all jobs; mounted once in a tab, because a browser has six connections to a service. */
export function useJobProgress(): StreamState {
  const client = useQueryClient();
  const handlers = useMemo(() => jobHandlers(client), [client]);
  const onState = useMemo(() => refreshWhenLive(client), [client]);
  return useSSE({ contract: STREAM_EVENTS, path: STREAM_EVENTS.path, handlers, onState });
}

/**
 * A job that ended after the list was read and before the stream began is in neither, so jobs that were
 * read before are read again. After that a stream resumes exactly, or says `reset`; but what is no job
 * may have changed, or failed to be read, while the service was away.
 */
function refreshWhenLive(client: QueryClient): (state: StreamState) => void {
  let first = true;
  return ({ name }) => {
    if (name !== "live") return;
    if (first) void refreshJobs(client);
    else void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });
    // a job that could not be read while the service was away
    void client.invalidateQueries({
      predicate: ({ queryKey, state }) => queryKey[0] === "jobs" && state.status === "error",
    });
    first = false;
  };
}
