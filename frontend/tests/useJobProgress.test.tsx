import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { useLatestCycle } from "../src/api/queries/useAutopilot.ts";
import { useBacktests } from "../src/api/queries/useBacktests.ts";
import { jobKey, useJob, useJobIds, writeJob } from "../src/api/queries/useJobs.ts";
import { useModels } from "../src/api/queries/useModels.ts";
import { useLatestSignals } from "../src/api/queries/useSignals.ts";
import { useModelAge } from "../src/api/queries/useSystemHealth.ts";
import { jobHandlers, useJobProgress } from "../src/hooks/useJobProgress.ts";
import type { JobRecord, JobType } from "../src/types/jobs.ts";
import { forNewReader, resumedFrom, withFrames } from "./mutations.ts";
import { after, answerWith, live, recorded } from "./network.ts";
import { makeProviders } from "./providers.tsx";
import { dataOf, framesOf, jobOf, recordsOf } from "./traces.ts";

/** The events of a job of each type, and of a job for each way to end, from the tab's stream. */
const RECORDS = recordsOf("events");

afterEach(cleanup);

/** The last record of each job, in the order of creation. */
function finalRecords(): JobRecord[] {
  return [...new Map(RECORDS.map((job) => [job.job_id, job])).values()];
}

function idsOf(jobs: readonly JobRecord[]): string[] {
  return jobs.map((job) => job.job_id);
}

function nth<T>(items: readonly T[], index: number): T {
  const item = items.at(index);
  if (item === undefined) throw new Error("The trace is too short");
  return item;
}

it("leaves the last record of each job in the cache", async () => {
  const { client, wrapper } = makeProviders();
  const line = live("events");
  const calls = answerWith(recorded("empty-jobs"), line.answer);
  const { result } = renderHook(() => ({ list: useJobIds(), stream: useJobProgress() }), {
    wrapper,
  });
  line.send(...framesOf("events"));
  const expected = finalRecords();
  await waitFor(() => {
    for (const job of expected) expect(client.getQueryData(jobKey(job.job_id))).toEqual(job);
  });
  expect(result.current.stream.name).toBe("live");
  expect(new Set(expected.map((job) => job.status))).toEqual(
    new Set(["cancelled", "failed", "succeeded"]),
  );
  await waitFor(() => expect(result.current.list.data).toEqual(idsOf(expected).reverse()));
  // once before the stream and once when it is live; nothing is polled
  expect(calls.map(({ path }) => path)).toEqual(["/api/jobs", "/api/events", "/api/jobs"]);
});

describe("a cached record", () => {
  it("never goes back to an older revision, from the stream or from an answer", () => {
    const { client } = makeProviders();
    for (const job of RECORDS) writeJob(client, job);
    for (const job of [...RECORDS].reverse()) writeJob(client, job);
    for (const job of finalRecords()) {
      expect(client.getQueryData(jobKey(job.job_id))).toEqual(job);
    }
  });

  it("is not overwritten by a slow answer to an earlier request", async () => {
    const { client, wrapper } = makeProviders();
    const slow = jobOf("job-running");
    answerWith(
      after(() => {
        for (const job of RECORDS) writeJob(client, job);
      }, recorded("job-running")),
    );
    const { result } = renderHook(() => useJob(slow.job_id), { wrapper });
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.data).toEqual(jobOf("job-cancelled"));
    expect(jobOf("job-cancelled").revision).toBeGreaterThan(slow.revision);
  });

  it("is the same from the stream and from an answer", () => {
    const streamed = new Map(finalRecords().map((job) => [job.job_id, job]));
    for (const name of ["job-cancelled", "job-failed", "job-train", "job-predict"]) {
      const job = jobOf(name);
      expect(streamed.get(job.job_id), name).toEqual(job);
    }
  });
});

describe("reset", () => {
  it("refetches queries in use", async () => {
    const { client, wrapper } = makeProviders();
    const stale = jobOf("job-running");
    writeJob(client, stale);
    const [reset] = framesOf("events-reset").filter(({ event }) => event === "reset");
    expect(JSON.parse(reset?.data ?? "")).toEqual({ reason: "unknown_id" });
    const calls = answerWith(recorded("job-cancelled"));
    const { result } = renderHook(() => useJob(stale.job_id), { wrapper });
    expect(result.current.data).toEqual(stale);
    jobHandlers(client).reset({ reason: "unknown_id" });
    await waitFor(() => expect(result.current.data).toEqual(jobOf("job-cancelled")));
    expect(calls.map(({ path }) => path)).toEqual([`/api/jobs/${stale.job_id}`]);
  });

  it("removes unused queries, so that they are fetched when needed", async () => {
    const { client, wrapper } = makeProviders();
    const stale = jobOf("job-running");
    writeJob(client, stale);
    const line = live("events-reset", forNewReader);
    answerWith(line.answer, recorded("job-cancelled"));
    const { unmount } = renderHook(useJobProgress, { wrapper });
    line.send(...framesOf("events-reset"));
    await waitFor(() => expect(client.getQueryData(jobKey(stale.job_id))).toBeUndefined());
    unmount();
    const { result } = renderHook(() => useJob(stale.job_id), { wrapper });
    await waitFor(() => expect(result.current.data).toEqual(jobOf("job-cancelled")));
  });
});

describe("a job that has ended invalidates its results", () => {
  const ends = (type: JobType) =>
    framesOf("events").filter(
      ({ event, data }) =>
        event === "completed" && (JSON.parse(data ?? "") as JobRecord).job_type === type,
    );

  it.each([
    ["train", "models", () => useModels().data],
    ["predict", "signals", () => useLatestSignals().data],
    ["backtest", "backtests", () => useBacktests().data],
    ["autopilot", "cycle", () => useLatestCycle().data],
    ["train", "model-age", () => useModelAge().data],
  ] as const)("%s leaves %s", async (type, name, useData) => {
    const { wrapper } = makeProviders();
    const line = live("events");
    const calls = answerWith(line.answer, recorded(`empty-${name}`), recorded(name));
    const { result } = renderHook(
      () => {
        useJobProgress();
        return useData();
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current).not.toBeUndefined());
    const before = result.current;
    line.send(nth(ends(type), 0));
    await waitFor(() => expect(result.current).not.toEqual(before));
    expect(calls).toHaveLength(3);
  });
});

it("refetches what failed or may have changed while the service was unreachable", async () => {
  const { wrapper } = makeProviders();
  const [idle] = framesOf("events");
  const line = live("events");
  const again = live("events", resumedFrom(idle?.id ?? ""), withFrames());
  const calls = answerWith(
    line.answer,
    again.answer,
    recorded("broken-model-age"),
    recorded("model-age"),
  );
  const { result } = renderHook(() => ({ age: useModelAge(), stream: useJobProgress() }), {
    wrapper,
  });
  await waitFor(() => expect(result.current.age.error).not.toBeNull());
  await waitFor(() => expect(result.current.stream.name).toBe("live"));
  act(() => line.send(nth(framesOf("events"), 0)));
  act(() => line.close());
  act(() => again.send(nth(framesOf("events"), 0)));
  await waitFor(() =>
    expect(result.current.age.data).toEqual(dataOf("model-age", "/api/system/model-age")),
  );
  expect(result.current.age.error).toBeNull();
  expect(calls.filter(({ path }) => path === "/api/events")).toHaveLength(2);
});

it("a job that any client deleted is gone, and what was computed by it is read again", async () => {
  const { client, wrapper } = makeProviders();
  const job = jobOf("job-backtest-plain");
  writeJob(client, job);
  const calls = answerWith(recorded("backtests"), recorded("backtests"));
  const { result } = renderHook(() => useBacktests(), { wrapper });
  await waitFor(() => expect(result.current.data).toBeDefined());
  act(() => jobHandlers(client).deleted({ job_id: job.job_id }));
  expect(client.getQueryData(jobKey(job.job_id))).toBeUndefined();
  await waitFor(() => expect(calls).toHaveLength(2));
  expect(JSON.parse(framesOf("events-deleted").at(-1)?.data ?? "")).toEqual({
    job_id: expect.any(String) as string,
  });
});
