/** Jobs in the query cache: one key per job, and lists of ids. */
import {
  type QueryClient,
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import {
  type DeletedJob,
  isFinal,
  type JobRecord,
  type JobStatus,
  type JobType,
} from "../../types/jobs.ts";
import { get, post, remove } from "../client.ts";
import { type Page, type Pages, type PagesResult, usePages } from "./pages.ts";

/** The filter of a list; null: any. */
export interface JobFilter {
  status: JobStatus | null;
  job_type: JobType | null;
}

export const EVERY_JOB: JobFilter = { status: null, job_type: null };

const LISTS_KEY = ["jobs", "list"] as const;
const RECORDS_KEY = ["jobs", "record"] as const;

type ListKey = readonly ["jobs", "list", JobFilter];

export function jobListKey({ status, job_type }: JobFilter): ListKey {
  return [...LISTS_KEY, { status, job_type }];
}

export function jobKey(jobId: string): readonly ["jobs", "record", string] {
  return [...RECORDS_KEY, jobId];
}

/** Write a record unless the cache has a newer one: the stream may be ahead of an answer. */
export function writeJob(client: QueryClient, job: JobRecord): void {
  client.setQueryData<JobRecord>(jobKey(job.job_id), (cached) =>
    cached !== undefined && cached.revision > job.revision ? cached : job,
  );
}

/** Write a job, add it to the lists whose filter it fits, and remove it from the others. */
export function keepJob(client: QueryClient, job: JobRecord): void {
  writeJob(client, job);
  const newest = client.getQueryData<JobRecord>(jobKey(job.job_id)) ?? job;
  for (const [key, pages] of client.getQueriesData<Pages<string>>({ queryKey: LISTS_KEY })) {
    if (pages === undefined) continue;
    const [, , filter] = key as ListKey;
    const updated = fits(newest, filter)
      ? withJob(client, pages, newest)
      : withoutJob(pages, newest.job_id);
    if (updated !== pages) client.setQueryData(key, updated);
  }
}

/** Remove a deleted job; a page that displays it reads it again, and says that it is gone. */
export function forgetJob(client: QueryClient, jobId: string): void {
  for (const [key, pages] of client.getQueriesData<Pages<string>>({ queryKey: LISTS_KEY })) {
    if (pages !== undefined) client.setQueryData(key, withoutJob(pages, jobId));
  }
  const ofJob = { predicate: ({ queryKey }: { queryKey: QueryKey }) => queryKey[2] === jobId };
  client.removeQueries({ ...ofJob, type: "inactive" });
  void client.resetQueries({ ...ofJob, type: "active" });
}

function fits(job: JobRecord, { status, job_type }: JobFilter): boolean {
  return (
    (status === null || job.status === status) && (job_type === null || job.job_type === job_type)
  );
}

function withoutJob(pages: Pages<string>, jobId: string): Pages<string> {
  if (!pages.pages.some(({ items }) => items.includes(jobId))) return pages;
  const drop = (page: Page<string>): Page<string> => ({
    ...page,
    items: page.items.filter((id) => id !== jobId),
  });
  return { ...pages, pages: pages.pages.map(drop) };
}

/** Insert a job by its age, unless the list has it, or it belongs to a page that was not fetched. */
function withJob(client: QueryClient, pages: Pages<string>, job: JobRecord): Pages<string> {
  if (pages.pages.some(({ items }) => items.includes(job.job_id))) return pages;
  const created = Date.parse(job.created_at);
  const isOlder = (id: string): boolean => {
    const other = client.getQueryData<JobRecord>(jobKey(id));
    return other !== undefined && Date.parse(other.created_at) <= created;
  };
  const found = pages.pages.findIndex(({ items }) => items.some(isOlder));
  const last = pages.pages.length - 1;
  if (found === -1 && pages.pages[last]?.next_cursor !== null) return pages;
  const target = found === -1 ? last : found;
  const insert = (page: Page<string>, index: number): Page<string> => {
    if (index !== target) return page;
    const at = page.items.findIndex(isOlder);
    return {
      ...page,
      items: page.items.toSpliced(at === -1 ? page.items.length : at, 0, job.job_id),
    };
  };
  return { ...pages, pages: pages.pages.map(insert) };
}

function listedIds(client: QueryClient, type: "active" | "all"): ReadonlySet<string> {
  const lists = client.getQueriesData<Pages<string>>({ queryKey: LISTS_KEY, type });
  return new Set(lists.flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? []));
}

/** Refetch every job and list that may have changed while the stream was interrupted. */
export async function refreshJobs(client: QueryClient): Promise<void> {
  // unused queries are removed, not invalidated: the next write would clear that mark. The records of a displayed
  // list are in use, even before their rows are rendered
  const shown = listedIds(client, "active");
  client.removeQueries({
    queryKey: ["jobs"],
    type: "inactive",
    predicate: ({ queryKey }) => !shown.has(String(queryKey[2])),
  });
  // an answer in flight may be older than the stream
  await client.cancelQueries({ queryKey: ["jobs"] });
  await client.invalidateQueries({ queryKey: LISTS_KEY });
  const listed = listedIds(client, "all");
  await client.invalidateQueries({
    queryKey: RECORDS_KEY,
    predicate: ({ queryKey, state }) => {
      const job = state.data as JobRecord | undefined;
      return !listed.has(String(queryKey[2])) && (job === undefined || !isFinal(job));
    },
  });
}

/** The jobs that the stream sent while the page was fetched, newest first. */
function newerThan(
  client: QueryClient,
  filter: JobFilter,
  page: readonly JobRecord[],
): JobRecord[] {
  const listed = new Set(page.map((job) => job.job_id));
  const [newest] = page;
  const after = newest === undefined ? 0 : Date.parse(newest.created_at);
  return client
    .getQueriesData<JobRecord>({ queryKey: RECORDS_KEY })
    .flatMap(([, job]) => (job === undefined || listed.has(job.job_id) ? [] : [job]))
    .filter((job) => fits(job, filter) && Date.parse(job.created_at) >= after)
    .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
}

/** The ids of the newest jobs that fit a filter; the records are written to their own keys. */
export function useJobIds(filter: JobFilter = EVERY_JOB): PagesResult<string> {
  const client = useQueryClient();
  return usePages(jobListKey(filter), async ({ query, signal }) => {
    const page = await get("/api/jobs", { query: { ...query, ...filter }, signal });
    for (const job of page.items) writeJob(client, job);
    const added = query.cursor === null ? newerThan(client, filter, page.items) : [];
    const { next_cursor } = page;
    return { items: [...added, ...page.items].map((job) => job.job_id), next_cursor };
  });
}

export function useJob(jobId: string): UseQueryResult<JobRecord> {
  const client = useQueryClient();
  return useQuery<JobRecord>({
    queryKey: jobKey(jobId),
    queryFn: async ({ signal }) => {
      const job = await get("/api/jobs/{job_id}", { params: { job_id: jobId }, signal });
      const cached = client.getQueryData<JobRecord>(jobKey(jobId));
      return cached !== undefined && cached.revision > job.revision ? cached : job;
    },
  });
}

export function useCancelJob(): UseMutationResult<JobRecord, Error, string> {
  const client = useQueryClient();
  return useMutation<JobRecord, Error, string>({
    mutationFn: (jobId: string) => post("/api/jobs/{job_id}/cancel", { params: { job_id: jobId } }),
    onSuccess: (job) => keepJob(client, job),
  });
}

export function useDeleteJob(): UseMutationResult<DeletedJob, Error, string> {
  const client = useQueryClient();
  return useMutation<DeletedJob, Error, string>({
    mutationFn: (jobId: string) => remove("/api/jobs/{job_id}", { params: { job_id: jobId } }),
    onSuccess: ({ job_id }) => forgetJob(client, job_id),
  });
}

/** Delete the report of a backtest or the signals of a prediction; the record says so. */
export function useDeleteReport(): UseMutationResult<JobRecord, Error, string> {
  const client = useQueryClient();
  return useMutation<JobRecord, Error, string>({
    mutationFn: (jobId: string) =>
      remove("/api/jobs/{job_id}/report", { params: { job_id: jobId } }),
    onSuccess: (job) => keepJob(client, job),
  });
}
