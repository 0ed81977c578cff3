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
import { setStage } from "./stage.tsx";
import { dataOf, framesOf, jobOf, recordsOf } from "./traces.ts";

/** The life of a job of each type, and of a job for each way to end, as the tab's one stream told it. */
const RECORDS = recordsOf("events");

afterEach(cleanup);

/** The last record of each job, in the order in which they were made. */
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

it("leaves in the cache what the stream said last of each job", async () => {
  const { client, wrapper } = setStage();
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
  // once before the stream and once when it is there; and nothing is polled
  expect(calls.map(({ path }) => path)).toEqual(["/api/jobs", "/api/events", "/api/jobs"]);
});

describe("what is known", () => {
  it("never goes back to an older revision, whichever way it comes", () => {
    const { client } = setStage();
    for (const job of RECORDS) writeJob(client, job);
    for (const job of [...RECORDS].reverse()) writeJob(client, job);
    for (const job of finalRecords()) {
      expect(client.getQueryData(jobKey(job.job_id))).toEqual(job);
    }
  });

  it("is not overwritten by a slow answer to an earlier question", async () => {
    const { client, wrapper } = setStage();
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

  it("is the same, whether it was read or told", () => {
    const told = new Map(finalRecords().map((job) => [job.job_id, job]));
    for (const name of ["job-cancelled", "job-failed", "job-train", "job-predict"]) {
      const job = jobOf(name);
      expect(told.get(job.job_id), name).toEqual(job);
    }
  });
});

describe("reset", () => {
  it("reads again what is looked at", async () => {
    const { client, wrapper } = setStage();
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

  it("forgets what nobody looks at, so that it is read when somebody does", async () => {
    const { client, wrapper } = setStage();
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

describe("what a job leaves is read again when it has ended", () => {
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
    const { wrapper } = setStage();
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

it("reads again what failed or may have changed while the service was away", async () => {
  const { wrapper } = setStage();
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
  await waitFor(() =>
    expect(result.current.age.data).toEqual(dataOf("model-age", "/api/system/model-age")),
  );
  expect(result.current.age.error).toBeNull();
  expect(calls.filter(({ path }) => path === "/api/events")).toHaveLength(2);
});
