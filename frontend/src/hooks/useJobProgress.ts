/** Writes the event stream of all jobs to the query cache, the only place that holds job state. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { logJob } from "../api/queries/useJobLog.ts";
import { forgetJob, jobKey, keepJob, refreshJobs } from "../api/queries/useJobs.ts";
import type { StreamState } from "../api/stream.ts";
import { JOB_TYPES } from "../jobTypes.ts";
import {
  type Handlers,
  type JobRecord,
  STREAM_EVENTS,
  type StreamEventsPayloads,
} from "../types/jobs.ts";
import { useSSE } from "./useSSE.ts";

/** The handler of each event. */
export function jobHandlers(client: QueryClient): Handlers<StreamEventsPayloads> {
  const refresh = refreshAtTheStart(client);
  const keep = (name: keyof StreamEventsPayloads) => (job: JobRecord) => {
    keepJob(client, job);
    logJob(client, name, job);
  };
  // also for a failed or cancelled job, which may have stored a part of its results
  const end = (name: keyof StreamEventsPayloads) => (job: JobRecord) => {
    keep(name)(job);
    for (const queryKey of JOB_TYPES[job.job_type].invalidates) {
      void client.invalidateQueries({ queryKey });
    }
  };
  return {
    position: () => refresh(),
    status: (job) => keep("status")(job),
    started: (job) => keep("started")(job),
    progress: (job) => keep("progress")(job),
    completed: (job) => end("completed")(job),
    failed: (job) => end("failed")(job),
    cancelled: (job) => end("cancelled")(job),
    deleted: ({ job_id }) => {
      const job = client.getQueryData<JobRecord>(jobKey(job_id));
      forgetJob(client, job_id);
      // of a job that this tab never read, the type is not known
      const types = job === undefined ? Object.values(JOB_TYPES) : [JOB_TYPES[job.job_type]];
      for (const queryKey of types.flatMap(({ invalidates }) => invalidates)) {
        void client.invalidateQueries({ queryKey });
      }
    },
    reset: () => void refreshJobs(client),
  };
}

/** Follow all jobs; mounted once per tab, because a browser opens six connections to a service at most. */
export function useJobProgress(): StreamState {
  const client = useQueryClient();
  const handlers = useMemo(() => jobHandlers(client), [client]);
  return useSSE({ contract: STREAM_EVENTS, path: STREAM_EVENTS.path, handlers });
}

/**
 * The first connection refetches jobs that were read earlier: a job that ended between the read and the start of
 * the stream is missing in both. A later connection resumes exactly or sends `reset`, and refetches all queries
 * that are not about jobs: they may have changed, or failed, while the service was unreachable.
 */
function refreshAtTheStart(client: QueryClient): () => void {
  let first = true;
  return () => {
    if (first) void refreshJobs(client);
    else void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "jobs" });
    // jobs that failed to be read while the service was unreachable
    void client.invalidateQueries({
      predicate: ({ queryKey, state }) => queryKey[0] === "jobs" && state.status === "error",
    });
    first = false;
  };
}
