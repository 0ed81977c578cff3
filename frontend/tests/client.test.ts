import { afterEach, describe, expect, it } from "vitest";
import { ApiError, ConnectionError, fillPath, get, post } from "../src/api/client.ts";
import { setTokenPrompt } from "../src/api/token.ts";
import type { BacktestRequest } from "../src/types/compute.ts";
import { unwrapped, withEnvelope, withStatus, withText } from "./mutations.ts";
import { answerWith, lost, recorded } from "./network.ts";
import { dataOf, refusalOf, trace } from "./traces.ts";

afterEach(() => {
  sessionStorage.clear();
  setTokenPrompt(null);
});

const jobs = dataOf("jobs", "/api/jobs");
const body = trace("invalid-fields").body as BacktestRequest;

describe("the envelope", () => {
  it("is unwrapped", async () => {
    answerWith(recorded("jobs"));
    await expect(get("/api/jobs", {})).resolves.toEqual(jobs);
  });

  it("answers the query, which is sent without null values", async () => {
    const calls = answerWith(recorded("jobs-backtest-failed"));
    const query = { cursor: null, status: "failed", job_type: "backtest" } as const;
    const { items } = await get("/api/jobs", { query });
    expect(items.map(({ job_type, status }) => [job_type, status])).toEqual([
      ["backtest", "failed"],
    ]);
    expect(calls.map(({ path }) => path)).toEqual(["/api/jobs?status=failed&job_type=backtest"]);
  });

  it("that fails becomes an ApiError with code, fields and request id", async () => {
    const calls = answerWith(recorded("invalid-fields"));
    const refusal: unknown = await post("/api/compute/backtest", { body }).catch(
      (reason: unknown) => reason,
    );
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject(refusalOf("invalid-fields"));
    expect(refusalOf("invalid-fields").fields.map(({ path }) => path)).toContain("years");
    expect(calls[0]?.headers.get("Content-Type")).toBe("application/json");
  });

  it.each([
    ["job-unknown", "job_not_found", 404],
    ["report-not-final", "job_not_final", 409],
    ["unauthorized-jobs", "unauthorized", 401],
    ["broken-models", "unavailable", 503],
    ["queue-full", "queue_full", 429],
    ["cancel-final", "job_already_final", 409],
    ["report-unknown", "backtest_not_found", 404],
    ["model-unknown", "unknown_version", 404],
    ["version-unknown", "unknown_version", 404],
    ["ticker-unknown", "unknown_ticker", 422],
    ["history-too-short", "history_too_short", 422],
    ["survivorship-unavailable", "survivorship_unavailable", 422],
    ["key-reused", "idempotency_key_reused", 422],
  ] as const)("of the error %s has its code, and a message in sentences", (name, code, status) => {
    const refusal = refusalOf(name);
    expect(refusal).toMatchObject({ code, status });
    expect(refusal.message).toMatch(/\.$/);
  });

  it.each([
    ["ok with an error status", recorded("jobs", withStatus(500))],
    ["not ok without an error", recorded("jobs", withStatus(404), withEnvelope({ ok: false }))],
    ["not ok with status 200", recorded("unauthorized-jobs", withStatus(200))],
    ["an error that calls itself ok", recorded("unauthorized-jobs", withEnvelope({ ok: true }))],
    ["no envelope", recorded("jobs", unwrapped)],
    ["no JSON", recorded("jobs", withStatus(502), withText("<h1>Bad gateway</h1>"))],
    ["no answer", lost("jobs")],
  ])("that breaks the envelope law is a ConnectionError: %s", async (_, answer) => {
    answerWith(answer);
    await expect(get("/api/jobs", {})).rejects.toBeInstanceOf(ConnectionError);
  });
});

describe("the token", () => {
  const no = recorded("unauthorized-jobs");
  const yes = recorded("jobs");

  it("is requested once for all refused requests, and is sent from then on", async () => {
    const calls = answerWith(no, no, yes);
    let prompts = 0;
    setTokenPrompt(() => {
      prompts += 1;
      return Promise.resolve("s3cret");
    });
    await Promise.all([get("/api/jobs", {}), get("/api/jobs", {})]);
    await get("/api/jobs", {});
    expect(prompts).toBe(1);
    expect(calls.map(({ headers }) => headers.get("Authorization"))).toEqual([
      null,
      null,
      "Bearer s3cret",
      "Bearer s3cret",
      "Bearer s3cret",
    ]);
    expect(calls.every(({ path }) => !path.includes("s3cret"))).toBe(true);
  });

  it("is requested again when it was rejected", async () => {
    answerWith(no, no, yes);
    const rejected: boolean[] = [];
    setTokenPrompt((wrong) => {
      rejected.push(wrong);
      return Promise.resolve(wrong ? "right" : "wrong");
    });
    await get("/api/jobs", {});
    expect(rejected).toEqual([false, true]);
  });

  it("that the user declines leaves the error", async () => {
    answerWith(no);
    setTokenPrompt(() => Promise.resolve(null));
    await expect(get("/api/jobs", {})).rejects.toMatchObject({ code: "unauthorized" });
  });
});

it("encodes path parameters, so that none leaves its segment", () => {
  expect(fillPath("/api/jobs/{job_id}/events", { job_id: "../x?y" })).toBe(
    "/api/jobs/..%2Fx%3Fy/events",
  );
});
