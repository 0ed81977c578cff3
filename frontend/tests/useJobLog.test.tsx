import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { type JobLog, jobLogKey, logJob, useJobLog } from "../src/api/queries/useJobLog.ts";
import { jobHandlers } from "../src/hooks/useJobProgress.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { at, resumedFrom, withFrames } from "./mutations.ts";
import { answerWith, type Call, live, recorded } from "./network.ts";
import { makeProviders } from "./providers.tsx";
import { type Frame, framesOf, jobOf, recordsOf } from "./traces.ts";

afterEach(cleanup);

const RUNNING = jobOf("job-running");
const CANCELLED = jobOf("job-cancelled");
/** The cancelled job's own stream from its start, and its events in the tab's stream. */
const OWN = framesOf("cancelled-events-from-0").filter(({ data }) => data !== null);
const TOLD = recordsOf("events").filter((job) => job.job_id === RUNNING.job_id);
const STREAM = `/api/jobs/${RUNNING.job_id}/events`;

const revisionOf = ({ data }: Frame) => (JSON.parse(data ?? "") as JobRecord).revision;
const upTo = (revision: number) => OWN.filter((frame) => revisionOf(frame) <= revision);
/** Everything but `done`, which repeats the event before it. */
const LOGGED = OWN.filter(({ event }) => event !== "done").map(
  (frame) => `${frame.event}:${revisionOf(frame)}`,
);

function read(jobId: string, revision: number) {
  const stage = makeProviders();
  const hook = renderHook((revision: number) => useJobLog(jobId, revision), {
    wrapper: stage.wrapper,
    initialProps: revision,
  });
  const entries = () =>
    hook.result.current.data?.entries.map(({ event, job }) => `${event}:${job.revision}`);
  return { ...hook, ...stage, entries };
}

const streams = (calls: readonly Call[]) =>
  calls.filter(({ path }) => path === STREAM).map(({ headers }) => headers.get("Last-Event-ID"));

describe("the log of a finished job", () => {
  it.each([
    ["job-train", "train-events-from-0"],
    ["job-cancelled", "cancelled-events-from-0"],
  ])("has each revision once, in order: %s", async (name, stream) => {
    const job = jobOf(name);
    answerWith(recorded(name), recorded(stream));
    const { result } = read(job.job_id, job.revision);
    await waitFor(() => expect(result.current.data).toBeDefined());
    const { entries = [], isCut } = result.current.data ?? {};
    expect(entries.map((entry) => entry.job.revision)).toEqual(
      Array.from({ length: job.revision }, (_, index) => index + 1),
    );
    expect(entries.at(-1)?.job).toEqual(job);
    expect(isCut).toBe(false);
  });

  it("shows where the service no longer keeps older entries", async () => {
    const job = jobOf("job-train");
    // the service answers a position that it no longer keeps like a new reader
    answerWith(recorded("job-train"), recorded("train-events-late", resumedFrom("0")));
    const { result } = read(job.job_id, job.revision);
    await waitFor(() => expect(result.current.data?.isCut).toBe(true));
    expect(result.current.data?.entries.map(({ job: { revision } }) => revision)).toEqual([
      job.revision,
    ]);
  });

  it("fails where the job does not exist", async () => {
    answerWith(recorded("job-unknown"));
    const { result } = read("nobody", 3);
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "job_not_found" }));
  });

  it("fails where its stream is refused", async () => {
    answerWith(recorded("job-cancelled"), recorded("events-unknown", at(STREAM), resumedFrom("0")));
    const { result } = read(RUNNING.job_id, CANCELLED.revision);
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "job_not_found" }));
  });
});

describe("the log of a running job", () => {
  /** Read up to the current revision, from a stream that stays open. */
  async function followed() {
    const line = live("cancelled-events-from-0");
    line.send(...upTo(RUNNING.revision));
    const rest = OWN.filter((frame) => revisionOf(frame) > RUNNING.revision);
    const calls = answerWith(
      recorded("job-running"),
      recorded("job-cancelled"),
      line.answer,
      recorded(
        "cancelled-events-from-0",
        resumedFrom(String(RUNNING.revision)),
        withFrames(...rest),
      ),
    );
    const log = read(RUNNING.job_id, RUNNING.revision);
    await waitFor(() => expect(log.entries()).toEqual(LOGGED.slice(0, RUNNING.revision)));
    return { ...log, calls };
  }

  it("has the events so far", async () => {
    const { calls, result } = await followed();
    expect(streams(calls)).toEqual(["0"]);
    expect(result.current.data?.entries.at(-1)?.job).toEqual(RUNNING);
  });

  it("is extended by the tab's stream, without another request", async () => {
    const { client, calls, entries } = await followed();
    const [next] = TOLD.filter((job) => job.revision === RUNNING.revision + 1);
    if (next === undefined) throw new Error("The trace is too short");
    act(() => {
      logJob(client, "progress", RUNNING);
      logJob(client, "progress", next);
      logJob(client, "progress", next);
    });
    await waitFor(() =>
      expect(entries()).toEqual([
        ...LOGGED.slice(0, RUNNING.revision),
        `progress:${next.revision}`,
      ]),
    );
    expect(streams(calls)).toEqual(["0"]);
  });

  it("is read further from its end when an event was missed", async () => {
    const { client, calls, entries, rerender } = await followed();
    act(() => jobHandlers(client).cancelled(CANCELLED));
    expect(entries()).toEqual(LOGGED.slice(0, RUNNING.revision));
    rerender(CANCELLED.revision);
    await waitFor(() => expect(entries()).toEqual(LOGGED));
    expect(streams(calls)).toEqual(["0", String(RUNNING.revision)]);
  });

  it("takes every event of a job and no other", async () => {
    const { client, entries } = await followed();
    const next = { ...RUNNING, revision: RUNNING.revision + 1 };
    for (const name of ["status", "position", "reset"] as const)
      act(() => logJob(client, name, next));
    expect(entries()).toEqual(LOGGED.slice(0, RUNNING.revision));
    act(() => logJob(client, "cancelled", next));
    expect(client.getQueryData<JobLog>(jobLogKey(RUNNING.job_id))?.entries.at(-1)).toEqual({
      event: "cancelled",
      job: next,
    });
  });

  it("that is not in the cache is not written", () => {
    const { client } = makeProviders();
    for (const job of TOLD) logJob(client, "progress", job);
    expect(client.getQueryData(jobLogKey(RUNNING.job_id))).toBeUndefined();
  });
});
