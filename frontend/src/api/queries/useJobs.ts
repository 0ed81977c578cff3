/** Jobs in the query cache: one key per job, and a list that holds ids only. */
import {
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { get, post } from "../client.ts";

export const JOB_LIST_KEY = ["jobs", "list"] as const;
const RECORDS_KEY = ["jobs", "record"] as const;

export function jobKey(jobId: string): readonly ["jobs", "record", string] {
  return [...RECORDS_KEY, jobId];
}

/** Keep the newer of what is known and what came: an answer may be overtaken by the stream. */
export function writeJob(client: QueryClient, job: JobRecord): void {
  client.setQueryData<JobRecord>(jobKey(job.job_id), (known) =>
    known !== undefined && known.revision > job.revision ? known : job,
  );
}

/** Put a job at the head of the list, unless it is there. */
export function listJob(client: QueryClient, jobId: string): void {
  client.setQueryData<string[]>(JOB_LIST_KEY, (ids) =>
    ids === undefined || ids.includes(jobId) ? ids : [jobId, ...ids],
  );
}

/** Ask again for everything that may have changed while nobody listened. */
export async function refreshJobs(client: QueryClient): Promise<void> {
  // what nobody looks at is read when somebody does; a mark on it would be lost with the next write
  client.removeQueries({ queryKey: ["jobs"], type: "inactive" });
  // an answer that is on its way may have been read before the stream began
  await client.cancelQueries({ queryKey: ["jobs"] });
  await client.invalidateQueries({ queryKey: JOB_LIST_KEY });
  const listed = new Set(client.getQueryData<string[]>(JOB_LIST_KEY));
  await client.invalidateQueries({
    queryKey: RECORDS_KEY,
    predicate: ({ queryKey, state }) => {
      const job = state.data as JobRecord | undefined;
      return !listed.has(String(queryKey[2])) && (job === undefined || !isFinal(job));
    },
  });
}

/** The jobs that the stream told of while the page was on its way, newest first. */
function newerThan(client: QueryClient, page: readonly JobRecord[]): JobRecord[] {
  const listed = new Set(page.map((job) => job.job_id));
  const [newest] = page;
  const after = newest === undefined ? 0 : Date.parse(newest.created_at);
  return client
    .getQueriesData<JobRecord>({ queryKey: RECORDS_KEY })
    .flatMap(([, job]) => (job === undefined || listed.has(job.job_id) ? [] : [job]))
    .filter((job) => Date.parse(job.created_at) >= after)
    .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
}

/** The ids of the newest jobs; the records go to their own keys. */
export function useJobIds(): UseQueryResult<string[]> {
  const client = useQueryClient();
  return useQuery({
    queryKey: JOB_LIST_KEY,
    queryFn: async ({ signal }) => {
      const page = await get("/api/jobs", { signal });
      for (const job of page.items) writeJob(client, job);
      return [...newerThan(client, page.items), ...page.items].map((job) => job.job_id);
    },
  });
}

export function useJob(jobId: string): UseQueryResult<JobRecord> {
  const client = useQueryClient();
  return useQuery({
    queryKey: jobKey(jobId),
    queryFn: async ({ signal }) => {
      const job = await get("/api/jobs/{job_id}", { params: { job_id: jobId }, signal });
      const known = client.getQueryData<JobRecord>(jobKey(jobId));
      return known !== undefined && known.revision > job.revision ? known : job;
    },
  });
}

export function useCancelJob(): UseMutationResult<JobRecord, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (jobId: string) => post("/api/jobs/{job_id}/cancel", { params: { job_id: jobId } }),
    onSuccess: (job) => writeJob(client, job),
  });
}
