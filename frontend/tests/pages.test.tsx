import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { useBacktests } from "../src/api/queries/useBacktests.ts";
import { EVERY_JOB, type JobFilter, useJobIds } from "../src/api/queries/useJobs.ts";
import { useModels } from "../src/api/queries/useModels.ts";
import { JOB_STATUS, JOB_TYPE, type JobRecord } from "../src/types/jobs.ts";
import type { Call } from "./network.ts";
import { makeProviders } from "./providers.tsx";
import { answerLike, dataAt, refused, serve } from "./service.ts";
import { jobOf } from "./traces.ts";

afterEach(cleanup);

type Item = Readonly<Record<string, unknown>>;

/** Three pages of a long list, so that a filter is cheap. */
const sizeOf = ({ length }: readonly unknown[]): number => Math.max(2, Math.ceil(length / 3));

/**
 * A list a page at a time: a query parameter other than the cursor filters by the field of its name, and a cursor
 * is valid for the filter that it was given for, and for no other.
 */
function paged(path: string, items: readonly Item[]): Call[] {
  return serve(({ path: address }) => {
    const { pathname, searchParams } = new URL(address, "http://service");
    if (pathname !== path) return undefined;
    const [from = "0", ...rest] = (searchParams.get("cursor") ?? "0").split(" ");
    searchParams.delete("cursor");
    searchParams.sort();
    const filter = [...searchParams];
    const form = JSON.stringify(filter);
    if (from !== "0" && rest.join(" ") !== form) return refused("job-unknown");
    const whole = items.filter((item) => filter.every(([name, value]) => item[name] === value));
    const end = Number(from) + sizeOf(whole);
    const next_cursor = end < whole.length ? `${end} ${form}` : null;
    const page = {
      ...(dataAt(path) as object),
      items: whole.slice(Number(from), end),
      next_cursor,
    };
    return Promise.resolve(answerLike(path, page));
  }).calls;
}

interface List {
  data: readonly unknown[] | undefined;
  error: Error | null;
  hasNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Everything that a list has after its last page. */
async function readAll(list: { current: List }): Promise<readonly unknown[]> {
  const length = (): number => list.current.data?.length ?? -1;
  const answered = (before: number) => () =>
    expect(list.current.error !== null || length() > before).toBe(true);
  await waitFor(answered(-1));
  while (list.current.error === null && list.current.hasNextPage) {
    const before = length();
    await act(() => list.current.fetchNextPage());
    await waitFor(answered(before));
  }
  expect(list.current.error).toBeNull();
  return list.current.data ?? [];
}

/** Three jobs of each type and status, mixed, so that any page has several; newest first. */
const JOBS: readonly JobRecord[] = [0, 1, 2].flatMap((round) =>
  JOB_STATUS.flatMap((status, row) =>
    JOB_TYPE.map((job_type, column) => {
      const place = round * 100 + row * 10 + column;
      const created_at = new Date(Date.UTC(2026, 0, 1) - place * 60_000).toISOString();
      const job_id = `00000000-0000-4000-8000-${String(place).padStart(12, "0")}`;
      return { ...jobOf("job-queued"), job_id, job_type, status, created_at } as JobRecord;
    }),
  ),
);

const FILTERS: readonly JobFilter[] = [null, ...JOB_STATUS].flatMap((status) =>
  [null, ...JOB_TYPE].map((job_type) => ({ status, job_type })),
);

const filtered = ({ status, job_type }: JobFilter): string[] =>
  JOBS.filter((job) => status === null || job.status === status)
    .filter((job) => job_type === null || job.job_type === job_type)
    .map((job) => job.job_id);

describe("all pages of the jobs", () => {
  it("under each filter are the filtered whole, after any other filter", async () => {
    paged("/api/jobs", JOBS as readonly Item[]);
    const { result, rerender } = renderHook(({ filter }) => useJobIds(filter), {
      initialProps: { filter: EVERY_JOB },
      wrapper: makeProviders().wrapper,
    });
    for (const filter of [...FILTERS, EVERY_JOB]) {
      rerender({ filter });
      const read = await readAll(result);
      expect(read, JSON.stringify(filter)).toEqual(filtered(filter));
    }
  });
});

describe("all pages of a list", () => {
  it.each([
    ["/api/backtests", useBacktests, "job_id"],
    ["/api/models", useModels, "version"],
  ] as const)("are the whole: %s", async (path, useList, key) => {
    const { items } = dataAt(path) as { items: readonly Item[] };
    const many = [...Array(7).keys()].map((place) => ({ ...items[0], [key]: `id-${place}` }));
    const calls = paged(path, many);
    const { result } = renderHook(() => useList() as List, { wrapper: makeProviders().wrapper });
    expect(await readAll(result)).toEqual(many);
    expect(calls).toHaveLength(Math.ceil(many.length / sizeOf(many)));
  });
});
