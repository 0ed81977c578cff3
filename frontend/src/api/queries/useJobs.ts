/** Jobs in the query cache: one key per job, and lists that hold ids only. */
import {
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { isFinal, type JobRecord, type JobStatus, type JobType } from "../../types/jobs.ts";
import { get, post } from "../client.ts";
import { type Page, type Pages, type PagesResult, usePages } from "./pages.ts";

/** Which jobs a list has; null: whatever it is. */
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

/** Keep the newer of what is known and what came: an answer may be overtaken by the stream. */
export function writeJob(client: QueryClient, job: JobRecord): void {
  client.setQueryData<JobRecord>(jobKey(job.job_id), (known) =>
    known !== undefined && known.revision > job.revision ? known : job,
  );
}

/** Write a job, and file it in the lists that it belongs to now. */
export function keepJob(client: QueryClient, job: JobRecord): void {
  writeJob(client, job);
  const newest = client.getQueryData<JobRecord>(jobKey(job.job_id)) ?? job;
  for (const [key, pages] of client.getQueriesData<Pages<string>>({ queryKey: LISTS_KEY })) {
    if (pages === undefined) continue;
    const [, , filter] = key as ListKey;
    const filed = fits(newest, filter)
      ? withJob(client, pages, newest)
      : withoutJob(pages, newest.job_id);
    if (filed !== pages) client.setQueryData(key, filed);
  }
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

/** Put a job in its place by age, unless it is there already or on a page that nobody asked for. */
function withJob(client: QueryClient, pages: Pages<string>, job: JobRecord): Pages<string> {
  if (pages.pages.some(({ items }) => items.includes(job.job_id))) return pages;
  const born = Date.parse(job.created_at);
  const isOlder = (id: string): boolean => {
    const other = client.getQueryData<JobRecord>(jobKey(id));
    return other !== undefined && Date.parse(other.created_at) <= born;
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

/** Ask again for everything that may have changed while nobody listened. */
export async function refreshJobs(client: QueryClient): Promise<void> {
  // what nobody looks at is read when somebody does; a mark on it would be lost with the next write. The
  // records of a list that is shown are looked at, if only as soon as their rows are drawn
  const shown = listedIds(client, "active");
  client.removeQueries({
    queryKey: ["jobs"],
    type: "inactive",
    predicate: ({ queryKey }) => !shown.has(String(queryKey[2])),
  });
  // an answer that is on its way may have been read before the stream began
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

/** The jobs that the stream told of while the page was on its way, newest first. */
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

/** The ids of the newest jobs of a kind; the records go to their own keys. */
export function useJobIds(filter: JobFilter = EVERY_JOB): PagesResult<string> {
  const client = useQueryClient();
  return usePages(jobListKey(filter), async ({ query, signal }) => {
    const page = await get("/api/jobs", { query: { ...query, ...filter }, signal });
    for (const job of page.items) writeJob(client, job);
    const told = query.cursor === null ? newerThan(client, filter, page.items) : [];
    const { next_cursor } = page;
    return { items: [...told, ...page.items].map((job) => job.job_id), next_cursor };
  });
}

export function useJob(jobId: string): UseQueryResult<JobRecord> {
  const client = useQueryClient();
  return useQuery<JobRecord>({
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
  return useMutation<JobRecord, Error, string>({
    mutationFn: (jobId: string) => post("/api/jobs/{job_id}/cancel", { params: { job_id: jobId } }),
    onSuccess: (job) => keepJob(client, job),
  });
}
