import { afterEach, describe, expect, it } from "vitest";
import { ApiError, ConnectionError, fillPath, get, post } from "../src/api/client.ts";
import { onTokenNeeded } from "../src/api/token.ts";
import { answerWith, json, META, refused } from "./streams.ts";

afterEach(() => {
  sessionStorage.clear();
  onTokenNeeded(null);
});

const page = { items: [], next_cursor: null };
const good = json(200, { ok: true, data: page, error: null, meta: META });

describe("the envelope", () => {
  it("is unwrapped", async () => {
    const calls = answerWith(good);
    await expect(get("/api/jobs", { query: { limit: 5, status: "failed" } })).resolves.toEqual(
      page,
    );
    expect(calls[0]?.path).toBe("/api/jobs?limit=5&status=failed");
  });

  it("that fails becomes an ApiError with code, fields and request id", async () => {
    const fields = [{ path: "years", message: "At most 40." }];
    const error = { code: "invalid", message: "Mend years.", fields };
    answerWith(json(422, { ok: false, data: null, error, meta: META }));
    const refusal: unknown = await post("/api/compute/backtest", { body: { years: 99 } }).catch(
      (reason: unknown) => reason,
    );
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ ...error, request_id: "r-1", status: 422 });
  });

  it.each([
    ["ok with an error status", json(500, { ok: true, data: page, error: null, meta: META })],
    ["not ok without an error", json(404, { ok: false, data: null, error: null, meta: META })],
    ["not ok with status 200", refused("invalid", 200)],
    ["no envelope", json(200, page)],
    ["no JSON", () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 }))],
    ["no answer", () => Promise.reject(new TypeError("failed to fetch"))],
  ])("that breaks its law is a ConnectionError: %s", async (_, answer) => {
    answerWith(answer);
    await expect(get("/api/jobs", {})).rejects.toBeInstanceOf(ConnectionError);
  });
});

describe("the token", () => {
  it("is asked for once, however many requests are refused, and is sent from then on", async () => {
    const no = refused("unauthorized", 401);
    const calls = answerWith(no, no, good, good, good);
    let asked = 0;
    onTokenNeeded(() => {
      asked += 1;
      return Promise.resolve("s3cret");
    });
    await Promise.all([get("/api/jobs", {}), get("/api/jobs", {})]);
    await get("/api/jobs", {});
    expect(asked).toBe(1);
    expect(calls.map((call) => call.authorization)).toEqual([
      null,
      null,
      "Bearer s3cret",
      "Bearer s3cret",
      "Bearer s3cret",
    ]);
    expect(calls.every((call) => !call.path.includes("s3cret"))).toBe(true);
  });

  it("is asked for again when it was wrong", async () => {
    const no = refused("unauthorized", 401);
    answerWith(no, no, good);
    const rejected: boolean[] = [];
    onTokenNeeded((wrong) => {
      rejected.push(wrong);
      return Promise.resolve(wrong ? "right" : "wrong");
    });
    await get("/api/jobs", {});
    expect(rejected).toEqual([false, true]);
  });

  it("that is not given leaves the refusal", async () => {
    answerWith(refused("unauthorized", 401));
    onTokenNeeded(() => Promise.resolve(null));
    await expect(get("/api/jobs", {})).rejects.toMatchObject({ code: "unauthorized" });
  });
});

it("keeps what fills a path inside its segment", () => {
  expect(fillPath("/api/jobs/{job_id}/events", { job_id: "../x?y" })).toBe(
    "/api/jobs/..%2Fx%3Fy/events",
  );
});
