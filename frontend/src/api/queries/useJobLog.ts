/** The log of one job: read from the job's own stream, then extended by the tab's stream of all jobs. */
import {
  type QueryClient,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect } from "react";
import {
  type Handlers,
  type JobRecord,
  STREAM_JOB_EVENTS,
  type StreamEventsPayloads,
  type StreamJobEventsPayloads,
} from "../../types/jobs.ts";
import { fillPath, get } from "../client.ts";
import { followStream } from "../stream.ts";
import { jobKey, writeJob } from "./useJobs.ts";

export interface LogEntry {
  event: keyof StreamJobEventsPayloads;
  job: JobRecord;
}

export interface JobLog {
  /** Sorted by revision, without gaps. */
  entries: readonly LogEntry[];
  /** Whether the service no longer has the entries before the first one. */
  isCut: boolean;
}

const EMPTY: JobLog = { entries: [], isCut: false };

export function jobLogKey(jobId: string): readonly ["jobs", "log", string] {
  return ["jobs", "log", jobId];
}

/** A job is created with revision 0; its first entry has 1. */
function revisionOf({ entries }: JobLog): number {
  return entries.at(-1)?.job.revision ?? 0;
}

/**
 * Add an event of the tab's stream to a log in the cache. An event that leaves a gap is not added, nor is
 * `status`, which may repeat the current state: the job's own stream delivers both.
 */
export function logJob(
  client: QueryClient,
  event: keyof StreamEventsPayloads,
  job: JobRecord,
): void {
  if (event === "position" || event === "reset" || event === "deleted" || event === "status")
    return;
  const log = client.getQueryData<JobLog>(jobLogKey(job.job_id));
  // writing the same data would clear an error
  if (log === undefined || job.revision !== revisionOf(log) + 1) return;
  client.setQueryData<JobLog>(jobLogKey(job.job_id), {
    ...log,
    entries: [...log.entries, { event, job }],
  });
}

/** @param revision of the cached record; a log behind it is read further. */
export function useJobLog(jobId: string, revision: number): UseQueryResult<JobLog> {
  const client = useQueryClient();
  const log = useQuery({
    queryKey: jobLogKey(jobId),
    queryFn: ({ signal }) => readJobLog(client, jobId, signal),
    // records are replaced and never changed, so comparing a long log for each event is wasted
    structuralSharing: false,
  });
  const { data, error, isFetching, refetch } = log;
  // without data and idle: refreshJobs cancelled the first read. Not after an error: that would retry for ever, and
  // the component shows a button for it
  const behind = error === null && (data === undefined || revisionOf(data) < revision);
  useEffect(() => {
    if (behind && !isFetching) void refetch();
  }, [behind, isFetching, refetch]);
  return log;
}

/** Read the job's stream from the end of the log to the current revision, then close it. */
async function readJobLog(
  client: QueryClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JobLog> {
  const params = { job_id: jobId };
  writeJob(client, await get("/api/jobs/{job_id}", { params, signal }));
  let log = client.getQueryData<JobLog>(jobLogKey(jobId)) ?? EMPTY;
  // compared again for each event, because the tab's stream moves the revision on
  const isCurrent = (): boolean =>
    revisionOf(log) >= (client.getQueryData<JobRecord>(jobKey(jobId))?.revision ?? 0);
  if (isCurrent()) return log;
  return new Promise((resolve, reject) => {
    const complete = new AbortController();
    let refusal: Error | null = null;
    // resolve first: an event of the tab's stream before the log is in the cache would be lost
    const close = (): void => {
      resolve(log);
      complete.abort();
    };
    const write: Write = (event, job) => {
      log = withEntry(log, { event, job });
      if (isCurrent()) close();
    };
    void followStream<StreamJobEventsPayloads>({
      contract: STREAM_JOB_EVENTS,
      path: fillPath(STREAM_JOB_EVENTS.path, params),
      from: String(revisionOf(log)),
      handlers: handlersOf(write, close),
      onState: (state) => {
        if (state.name === "refused") refusal = state.error;
      },
      signal: AbortSignal.any([signal, complete.signal]),
    }).then(() => {
      // no effect where the log was resolved already
      if (refusal !== null) reject(refusal);
      else if (signal.aborted)
        reject(new DOMException("The log is no longer displayed.", "AbortError"));
      else resolve(log);
    });
  });
}

/** Where the service no longer has the entries between, the log starts again with the new entry. */
function withEntry(log: JobLog, entry: LogEntry): JobLog {
  const { revision } = entry.job;
  const last = revisionOf(log);
  if (revision <= last) return log;
  if (revision > last + 1) return { entries: [entry], isCut: true };
  return { ...log, entries: [...log.entries, entry] };
}

type Write = (event: LogEntry["event"], job: JobRecord) => void;

function handlersOf(write: Write, close: () => void): Handlers<StreamJobEventsPayloads> {
  return {
    status: (job) => write("status", job),
    started: (job) => write("started", job),
    progress: (job) => write("progress", job),
    completed: (job) => write("completed", job),
    failed: (job) => write("failed", job),
    cancelled: (job) => write("cancelled", job),
    // not an entry: it repeats the event before it
    done: () => close(),
  };
}
