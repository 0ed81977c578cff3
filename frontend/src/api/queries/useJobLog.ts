/** Everything that happened to one job: read once from its own stream, then added to by the tab's one stream. */
import { type QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  type Handlers,
  type JobRecord,
  STREAM_JOB_EVENTS,
  type StreamJobEventsPayloads,
} from "../../types/jobs.ts";
import { fillPath, get } from "../client.ts";
import { followStream } from "../stream.ts";

export interface LogEntry {
  event: keyof StreamJobEventsPayloads;
  job: JobRecord;
}

export interface JobLog {
  entries: readonly LogEntry[];
  /** Whether the first entry is all that is left of what was before. */
  isCut: boolean;
}

export function jobLogKey(jobId: string): readonly ["jobs", "log", string] {
  return ["jobs", "log", jobId];
}

/** Add what the tab's stream said, where somebody reads this log. */
export function logJob(
  client: QueryClient,
  event: keyof StreamJobEventsPayloads | "reset",
  job: JobRecord,
): void {
  if (event === "reset") return;
  client.setQueryData<JobLog>(jobLogKey(job.job_id), (log) => {
    const last = log?.entries.at(-1);
    // the first event of a stream tells what the log has already
    if (log === undefined || (last !== undefined && last.job.revision >= job.revision)) return log;
    return { ...log, entries: [...log.entries, { event, job }] };
  });
}

/** @param revision of the record as it is known; a log that is behind it is read again. */
export function useJobLog(jobId: string, revision: number): UseQueryResult<JobLog> {
  const log = useQuery({
    queryKey: jobLogKey(jobId),
    queryFn: ({ signal }) => readJobLog(jobId, signal),
  });
  const { data, isFetching, refetch } = log;
  const behind = data !== undefined && (data.entries.at(-1)?.job.revision ?? 0) < revision;
  useEffect(() => {
    if (behind && !isFetching) void refetch();
  }, [behind, isFetching, refetch]);
  return log;
}

/** Read the job's stream from its beginning up to where the job is now, and hang up. */
async function readJobLog(jobId: string, signal: AbortSignal): Promise<JobLog> {
  const params = { job_id: jobId };
  const { revision } = await get("/api/jobs/{job_id}", { params, signal });
  const entries: LogEntry[] = [];
  let refusal: Error | null = null as Error | null;
  const enough = new AbortController();
  const write = (event: LogEntry["event"]) => (job: JobRecord) => {
    entries.push({ event, job });
    if (job.revision >= revision) enough.abort();
  };
  if (revision > 0) {
    await followStream<StreamJobEventsPayloads>({
      contract: STREAM_JOB_EVENTS,
      path: fillPath(STREAM_JOB_EVENTS.path, params),
      from: "0",
      handlers: writing(write),
      onState: (state) => {
        if (state.name === "refused") refusal = state.error;
      },
      signal: AbortSignal.any([signal, enough.signal]),
    });
  }
  if (refusal !== null) throw refusal;
  signal.throwIfAborted();
  return { entries, isCut: (entries[0]?.job.revision ?? 1) > 1 };
}

function writing(
  write: (event: LogEntry["event"]) => (job: JobRecord) => void,
): Handlers<StreamJobEventsPayloads> {
  return {
    status: write("status"),
    started: write("started"),
    progress: write("progress"),
    completed: write("completed"),
    failed: write("failed"),
    cancelled: write("cancelled"),
    done: write("done"),
  };
}
