import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Pages } from "../src/api/queries/pages.ts";
import {
  EVERY_JOB,
  type JobFilter,
  jobKey,
  jobListKey,
  keepJob,
  useCancelJob,
  useDeleteJob,
  useJobIds,
  writeJob,
} from "../src/api/queries/useJobs.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { after, answerWith, recorded } from "./network.ts";
import { makeProviders } from "./providers.tsx";
import { dataOf, deletedAt, jobOf, postedTo, recordsOf } from "./traces.ts";

const RECORDS = recordsOf("events");

afterEach(cleanup);

const listed = (name: string) => dataOf(name, "/api/jobs").items;
const idsOf = (jobs: readonly JobRecord[]) => jobs.map((job) => job.job_id);
const byAge = (jobs: Iterable<JobRecord>) =>
  [...jobs].sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));

describe("a list", () => {
  it("comes in pages, newest first, each job once", async () => {
    const { wrapper } = makeProviders();
    answerWith(recorded("jobs"), recorded("jobs-older"));
    const { result } = renderHook(() => useJobIds(), { wrapper });
    await waitFor(() => expect(result.current.data).toEqual(idsOf(listed("jobs"))));
    expect(result.current.hasNextPage).toBe(true);
    act(() => void result.current.fetchNextPage());
    const all = [...listed("jobs"), ...listed("jobs-older")];
    await waitFor(() => expect(result.current.data).toEqual(idsOf(all)));
    expect(result.current.hasNextPage).toBe(false);
    expect(idsOf(byAge(all))).toEqual(idsOf(all));
  });

  it("does not insert a job that belongs to a page that was not fetched", async () => {
    const { client, wrapper } = makeProviders();
    answerWith(recorded("jobs"));
    const { result } = renderHook(() => useJobIds(), { wrapper });
    await waitFor(() => expect(result.current.data).toBeDefined());
    act(() => {
      for (const job of listed("jobs-older")) keepJob(client, job);
    });
    expect(result.current.data).toEqual(idsOf(listed("jobs")));
  });

  it("has a job that was created while the list was fetched", async () => {
    const { client, wrapper } = makeProviders();
    const [born] = listed("jobs");
    answerWith(
      after(() => {
        if (born !== undefined) writeJob(client, born);
      }, recorded("empty-jobs")),
    );
    const { result } = renderHook(() => useJobIds(), { wrapper });
    await waitFor(() => expect(result.current.data).toEqual([born?.job_id]));
  });

  it.each([
    ["every job", EVERY_JOB, "empty-jobs"],
    ["running", { status: "running", job_type: null }, "jobs-running"],
    ["queued", { status: "queued", job_type: null }, "jobs-queued"],
    ["succeeded", { status: "succeeded", job_type: null }, "jobs-succeeded"],
    ["failed", { status: "failed", job_type: null }, "jobs-failed"],
    ["failed backtests", { status: "failed", job_type: "backtest" }, "jobs-backtest-failed"],
    ["autopilot", { status: null, job_type: "autopilot" }, "jobs-autopilot"],
  ] as const)("of %s has at each event just what fits, by age", async (_, filter, name) => {
    const { client, wrapper } = makeProviders();
    answerWith(recorded(name));
    const { result } = renderHook(() => useJobIds(filter), { wrapper });
    await waitFor(() => expect(result.current.data).toEqual(idsOf(listed(name))));
    const records = new Map(listed(name).map((job) => [job.job_id, job]));
    let expected: string[] = [];
    for (const job of RECORDS) {
      keepJob(client, job);
      const before = records.get(job.job_id);
      if (before === undefined || before.revision <= job.revision) records.set(job.job_id, job);
      const list = client.getQueryData<Pages<string>>(jobListKey(filter));
      const ids = list?.pages.flatMap(({ items }) => items);
      expected = idsOf(byAge(records.values()).filter((one) => fits(one, filter)));
      expect(ids).toEqual(expected);
    }
    await waitFor(() => expect(result.current.data).toEqual(expected));
  });
});

function fits(job: JobRecord, { status, job_type }: JobFilter): boolean {
  return [null, job.status].includes(status) && [null, job.job_type].includes(job_type);
}

describe("a cancel", () => {
  it("of a queued job removes it from the queue with the answer", async () => {
    const { wrapper } = makeProviders();
    const queued = jobOf("job-queued");
    answerWith(recorded("jobs-queued"), recorded("cancel-queued"));
    const { result } = renderHook(
      () => ({
        list: useJobIds({ status: "queued", job_type: null }),
        cancel: useCancelJob(),
      }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.list.data).toEqual([queued.job_id]));
    act(() => result.current.cancel.mutate(queued.job_id));
    await waitFor(() => expect(result.current.list.data).toEqual([]));
    const answer = postedTo("cancel-queued", "/api/jobs/{job_id}/cancel");
    expect(result.current.cancel.data).toEqual(answer);
    expect(answer.status).toBe("cancelled");
  });

  it("of a running job is requested, and the job runs until it ends", async () => {
    const { wrapper } = makeProviders();
    const running = jobOf("job-running");
    answerWith(recorded("jobs-running"), recorded("cancel-running"));
    const { result } = renderHook(
      () => ({
        list: useJobIds({ status: "running", job_type: null }),
        cancel: useCancelJob(),
      }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.list.data).toEqual([running.job_id]));
    act(() => result.current.cancel.mutate(running.job_id));
    await waitFor(() => expect(result.current.cancel.data?.cancel_requested).toBe(true));
    expect(result.current.list.data).toEqual([running.job_id]);
  });

  it("that comes too late shows the error", async () => {
    const { wrapper } = makeProviders();
    answerWith(recorded("cancel-final"));
    const { result } = renderHook(() => useCancelJob(), { wrapper });
    act(() => result.current.mutate(jobOf("job-cancelled").job_id));
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "job_already_final" }));
  });
});

it("a deletion removes the job from the lists and from the cache", async () => {
  const { client, wrapper } = makeProviders();
  const { job_id } = deletedAt("delete-job", "/api/jobs/{job_id}");
  answerWith(recorded("empty-jobs"), recorded("delete-job"));
  const { result } = renderHook(() => ({ list: useJobIds(), deletion: useDeleteJob() }), {
    wrapper,
  });
  await waitFor(() => expect(result.current.list.data).toEqual([]));
  act(() => keepJob(client, { ...jobOf("job-cancelled"), job_id }));
  await waitFor(() => expect(result.current.list.data).toEqual([job_id]));
  act(() => result.current.deletion.mutate(job_id));
  await waitFor(() => expect(result.current.list.data).toEqual([]));
  expect(client.getQueryData(jobKey(job_id))).toBeUndefined();
});
