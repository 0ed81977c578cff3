import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { useRunAgain, useSubmit } from "../src/api/queries/useCompute.ts";
import { jobKey, useJobIds } from "../src/api/queries/useJobs.ts";
import type {
  AutopilotRequest,
  BacktestRequest,
  PredictRequest,
  TrainRequest,
} from "../src/types/compute.ts";
import { JOB_TYPE, type JobRecord } from "../src/types/jobs.ts";
import { forAnyBody } from "./mutations.ts";
import { answerWith, type Call, lost, recorded } from "./network.ts";
import { makeProviders } from "./providers.tsx";
import { jobOf, postedTo, trace } from "./traces.ts";
import { paramsUnlike } from "./unlike.ts";

afterEach(cleanup);

/** The recorded request bodies. */
const backtest = trace("submit-backtest-plain").body as BacktestRequest;
const training = trace("submit-train").body as TrainRequest;

const keys = (calls: readonly Call[]) =>
  calls.map(({ headers }) => headers.get("Idempotency-Key") ?? "");

describe("the idempotency key", () => {
  function submitter() {
    const { result } = renderHook(() => useSubmit("train"), { wrapper: makeProviders().wrapper });
    return async (body: TrainRequest) => {
      await act(() => result.current.mutateAsync(body).catch(() => undefined));
    };
  }

  it("stays the same while the answer is lost, and changes after an answer", async () => {
    const calls = answerWith(
      lost("submit-train"),
      lost("submit-train"),
      recorded("submit-train-repeated"),
    );
    const submit = submitter();
    for (let turn = 0; turn < 4; turn += 1) await submit(training);
    const [first, second, third, fourth] = keys(calls);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it("changes with the request", async () => {
    const calls = answerWith(lost("submit-train"), recorded("submit-train-long"));
    const submit = submitter();
    await submit(training);
    await submit(trace("submit-train-long").body as TrainRequest);
    expect(new Set(keys(calls)).size).toBe(2);
  });

  it("changes after an error, which is an answer", async () => {
    const { result } = renderHook(() => useSubmit("backtest"), {
      wrapper: makeProviders().wrapper,
    });
    const calls = answerWith(recorded("queue-full"), recorded("submit-backtest-plain"));
    act(() => result.current.mutate(backtest));
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "queue_full" }));
    act(() => result.current.mutate(backtest));
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(new Set(keys(calls)).size).toBe(2);
  });
});

describe("a submitted job", () => {
  it("is in the cache and first in the list with the answer", async () => {
    const { client, wrapper } = makeProviders();
    answerWith(recorded("empty-jobs"), recorded("submit-backtest-plain"));
    const { result } = renderHook(() => ({ list: useJobIds(), submit: useSubmit("backtest") }), {
      wrapper,
    });
    await waitFor(() => expect(result.current.list.data).toEqual([]));
    act(() => result.current.submit.mutate(backtest));
    const job = postedTo("submit-backtest-plain", "/api/compute/backtest");
    await waitFor(() => expect(result.current.list.data).toEqual([job.job_id]));
    expect(client.getQueryData(jobKey(job.job_id))).toEqual(job);
  });

  it("has the submitted type", async () => {
    const { wrapper } = makeProviders();
    answerWith(recorded("submit-predict"), recorded("submit-autopilot"));
    const { result } = renderHook(
      () => ({ predict: useSubmit("predict"), autopilot: useSubmit("autopilot") }),
      { wrapper },
    );
    act(() => {
      result.current.predict.mutate(trace("submit-predict").body as PredictRequest);
      result.current.autopilot.mutate(trace("submit-autopilot").body as AutopilotRequest);
    });
    await waitFor(() => expect(result.current.predict.data?.job_type).toBe("predict"));
    await waitFor(() => expect(result.current.autopilot.data?.job_type).toBe("autopilot"));
  });

  it.each(JOB_TYPE)("can be run again with the same parameters: %s", async (type) => {
    const { wrapper } = makeProviders();
    const params = paramsUnlike(type);
    const calls = answerWith(forAnyBody(recorded(`submit-${type}`)));
    const { result } = renderHook(() => useRunAgain(), { wrapper });
    act(() =>
      result.current.mutate({ ...jobOf("job-train"), job_type: type, params } as JobRecord),
    );
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(calls.map(({ body }) => body)).toEqual([params]);
  });
});
