/** Everything that happened to one job: read from its own stream, then added to by the tab's one stream. */
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
  /** In order, each revision once, without a gap. */
  entries: readonly LogEntry[];
  /** Whether what was before the first entry is no longer kept. */
  isCut: boolean;
}

const EMPTY: JobLog = { entries: [], isCut: false };

export function jobLogKey(jobId: string): readonly ["jobs", "log", string] {
  return ["jobs", "log", jobId];
}

/** A job is made with revision 0, and what happened to it begins with 1. */
function revisionOf({ entries }: JobLog): number {
  return entries.at(-1)?.job.revision ?? 0;
}

/**
 * Add what the tab's stream said, where somebody reads this log. What does not follow without a gap is
 * left to be read from the job's stream, and so is `status`, which may only repeat how things are.
 */
export function logJob(
  client: QueryClient,
  event: keyof StreamEventsPayloads,
  job: JobRecord,
): void {
  if (event === "reset" || event === "status") return;
  const log = client.getQueryData<JobLog>(jobLogKey(job.job_id));
  // to write what is there already would clear an error
  if (log === undefined || job.revision !== revisionOf(log) + 1) return;
  client.setQueryData<JobLog>(jobLogKey(job.job_id), {
    ...log,
    entries: [...log.entries, { event, job }],
  });
}

/** @param revision of the record as it is known; a log that is behind it is read on. */
export function useJobLog(jobId: string, revision: number): UseQueryResult<JobLog> {
  const client = useQueryClient();
  const log = useQuery({
    queryKey: jobLogKey(jobId),
    queryFn: ({ signal }) => readJobLog(client, jobId, signal),
    // records are replaced and never mended, and a long log is not compared for each event
    structuralSharing: false,
  });
  const { data, error, isFetching, refetch } = log;
  // without data and idle: the first reading was broken off, because jobs were read again; with an
  // error: whoever shows it offers to try again, and this would never stop trying
  const behind = error === null && (data === undefined || revisionOf(data) < revision);
  useEffect(() => {
    if (behind && !isFetching) void refetch();
  }, [behind, isFetching, refetch]);
  return log;
}

/** Read the job's stream from where the log ends up to where the job is now, and hang up. */
async function readJobLog(
  client: QueryClient,
  jobId: string,
  signal: AbortSignal,
): Promise<JobLog> {
  const params = { job_id: jobId };
  writeJob(client, await get("/api/jobs/{job_id}", { params, signal }));
  let log = client.getQueryData<JobLog>(jobLogKey(jobId)) ?? EMPTY;
  // as of each event, since the tab's stream goes on meanwhile
  const isLevel = (): boolean =>
    revisionOf(log) >= (client.getQueryData<JobRecord>(jobKey(jobId))?.revision ?? 0);
  if (isLevel()) return log;
  return new Promise((resolve, reject) => {
    const enough = new AbortController();
    let refusal: Error | null = null;
    // at once, or what the tab's stream says before the log is in its place would be missed
    const hangUp = (): void => {
      resolve(log);
      enough.abort();
    };
    const write: Write = (event, job) => {
      log = withEntry(log, { event, job });
      if (isLevel()) hangUp();
    };
    void followStream<StreamJobEventsPayloads>({
      contract: STREAM_JOB_EVENTS,
      path: fillPath(STREAM_JOB_EVENTS.path, params),
      from: String(revisionOf(log)),
      handlers: writing(write, hangUp),
      onState: (state) => {
        if (state.name === "refused") refusal = state.error;
      },
      signal: AbortSignal.any([signal, enough.signal]),
    }).then(() => {
      // nobody hears this where the log was handed over already
      if (refusal !== null) reject(refusal);
      else if (signal.aborted) reject(new DOMException("Nobody reads this log.", "AbortError"));
      else resolve(log);
    });
  });
}

/** Where the service no longer keeps what comes between, the log begins anew with what it says instead. */
function withEntry(log: JobLog, entry: LogEntry): JobLog {
  const { revision } = entry.job;
  const last = revisionOf(log);
  if (revision <= last) return log;
  if (revision > last + 1) return { entries: [entry], isCut: true };
  return { ...log, entries: [...log.entries, entry] };
}

type Write = (event: LogEntry["event"], job: JobRecord) => void;

function writing(write: Write, hangUp: () => void): Handlers<StreamJobEventsPayloads> {
  return {
    status: (job) => write("status", job),
    started: (job) => write("started", job),
    progress: (job) => write("progress", job),
    completed: (job) => write("completed", job),
    failed: (job) => write("failed", job),
    cancelled: (job) => write("cancelled", job),
    // it is not logged, and repeats the event before it
    done: () => hangUp(),
  };
}
