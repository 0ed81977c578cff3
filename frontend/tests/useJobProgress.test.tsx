import { readFileSync } from "node:fs";
import { join } from "node:path";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { JOB_LIST_KEY, jobKey, useJob, useJobIds, writeJob } from "../src/api/queries/useJobs.ts";
import { jobHandlers, useJobProgress } from "../src/hooks/useJobProgress.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { answerWith, frame, json, META, streaming } from "./streams.ts";

// recorded from a running service: a backtest succeeds, a training is cancelled, a prediction fails
const TRACE = readFileSync(join(import.meta.dirname, "traces/all-jobs.txt"), "utf8");
const RECORDS = [...TRACE.matchAll(/^data: (.*)$/gm)].map(
  (match) => JSON.parse(match[1] ?? "") as JobRecord,
);

afterEach(cleanup);

function setUp() {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return { client, wrapper };
}

function page(items: JobRecord[]) {
  return json(200, { ok: true, data: { items, next_cursor: null }, error: null, meta: META });
}

/** The last record of each job in the trace. */
function finalRecords(): Map<string, JobRecord> {
  return new Map(RECORDS.map((job) => [job.job_id, job]));
}

it("leaves in the cache what the stream said last of each job", async () => {
  const { client, wrapper } = setUp();
  const calls = answerWith(page([]), streaming([TRACE], "stays"), page([]));
  const { result } = renderHook(() => ({ list: useJobIds(), stream: useJobProgress() }), {
    wrapper,
  });
  const expected = finalRecords();
  await waitFor(() => {
    for (const [id, job] of expected) expect(client.getQueryData(jobKey(id))).toEqual(job);
  });
  expect(result.current.stream.name).toBe("live");
  expect([...expected.values()].map((job) => job.status).sort()).toEqual([
    "cancelled",
    "failed",
    "succeeded",
  ]);
  await waitFor(() => expect(result.current.list.data).toEqual([...expected.keys()].reverse()));
  expect(calls.map((call) => call.path)).toEqual(["/api/jobs", "/api/events", "/api/jobs"]);
});

it("never goes back to an older revision, whichever way it comes", () => {
  const { client } = setUp();
  for (const job of RECORDS) writeJob(client, job);
  for (const job of [...RECORDS].reverse()) writeJob(client, job);
  for (const [id, job] of finalRecords()) expect(client.getQueryData(jobKey(id))).toEqual(job);
});

it("does not let a slow answer overwrite what the stream said meanwhile", async () => {
  const { client, wrapper } = setUp();
  const [first] = RECORDS;
  if (first === undefined) throw new Error("The trace is empty");
  const newest = finalRecords().get(first.job_id);
  answerWith(() => {
    for (const job of RECORDS) writeJob(client, job);
    return json(200, { ok: true, data: first, error: null, meta: META })();
  });
  const { result } = renderHook(() => useJob(first.job_id), { wrapper });
  await waitFor(() => expect(result.current.isFetching).toBe(false));
  expect(result.current.data).toEqual(newest);
});

it("reads everything again on reset", async () => {
  const { client, wrapper } = setUp();
  const [stale] = RECORDS;
  if (stale === undefined) throw new Error("The trace is empty");
  writeJob(client, stale);
  const newest = finalRecords().get(stale.job_id);
  const calls = answerWith(json(200, { ok: true, data: newest, error: null, meta: META }));
  const { result } = renderHook(() => useJob(stale.job_id), { wrapper });
  expect(result.current.data).toEqual(stale);
  jobHandlers(client).reset({ reason: "expired" });
  await waitFor(() => expect(result.current.data).toEqual(newest));
  expect(calls.map((call) => call.path)).toEqual([`/api/jobs/${stale.job_id}`]);
});

it("forgets on reset what nobody looks at, so that it is read when somebody does", async () => {
  const { client, wrapper } = setUp();
  client.setQueryData(JOB_LIST_KEY, ["known"]);
  const reset = frame("a.1", "reset", { reason: "unknown_id" });
  const calls = answerWith(streaming([`${reset}${TRACE}`], "stays"));
  const { unmount } = renderHook(useJobProgress, { wrapper });
  const [first] = RECORDS;
  await waitFor(() => expect(client.getQueryData(jobKey(first?.job_id ?? ""))).toBeDefined());
  unmount();
  expect(client.getQueryData(JOB_LIST_KEY)).toBeUndefined();
  expect(calls.map((call) => call.path)).toEqual(["/api/events"]);
});

it("lists a job that was born while the list was on its way", async () => {
  const { client, wrapper } = setUp();
  const expected = finalRecords();
  const [oldest, ...younger] = [...expected.values()];
  if (oldest === undefined) throw new Error("The trace is empty");
  answerWith(() => {
    for (const job of younger) writeJob(client, job);
    return page([oldest])();
  });
  const { result } = renderHook(useJobIds, { wrapper });
  await waitFor(() => expect(result.current.data).toEqual([...expected.keys()].reverse()));
});
