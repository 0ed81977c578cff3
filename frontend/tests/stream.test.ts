import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backOff, followStream, type StreamState, WATCHDOG_MS } from "../src/api/stream.ts";
import { STREAM_JOB_EVENTS } from "../src/types/jobs.ts";
import { answerWith, frame, recorder, refused, status, streaming } from "./streams.ts";

const FIRST = frame("3", "status", { revision: 3 });
const PROGRESS = frame("4", "progress", { revision: 4 });
const END = frame("5", "completed", { revision: 5 }) + frame("6", "done", { revision: 5 });

let stop: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

function follow() {
  const { seen, handlers } = recorder();
  const states: StreamState["name"][] = [];
  const over = followStream({
    contract: STREAM_JOB_EVENTS,
    path: "/api/jobs/j/events",
    handlers,
    onState: ({ name }) => states.push(name),
    signal: stop.signal,
    random: () => 1,
  });
  return { seen, states, over };
}

describe("reading", () => {
  it("hands over each event by name, and stops after the last", async () => {
    const calls = answerWith(streaming([FIRST + PROGRESS + END]));
    const { seen, states, over } = follow();
    await over;
    expect(seen).toEqual(["status:3", "progress:4", "completed:5", "done:5"]);
    expect(states).toEqual(["connecting", "live", "ended"]);
    expect(calls).toHaveLength(1);
  });

  it("does not care where chunks are cut", async () => {
    const text = `retry: 2000\n${FIRST}: ping\n\n${PROGRESS}${END}`;
    for (const size of [1, 2, 7, 64]) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      answerWith(streaming(chunks));
      const { seen, over } = follow();
      await over;
      expect(seen).toEqual(["status:3", "progress:4", "completed:5", "done:5"]);
    }
  });

  it("passes over an event that this contract does not have", async () => {
    answerWith(streaming([frame("9", "novelty", { revision: 9 }) + END]));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(["completed:5", "done:5"]);
  });

  it("stops where data is no JSON, because trying again would bring the same", async () => {
    answerWith(streaming(["event: status\ndata: {oops\n\n"]));
    const { states, over } = follow();
    await over;
    expect(states.at(-1)).toBe("refused");
  });
});

describe("resuming", () => {
  it("goes on from the last event when the connection breaks off", async () => {
    const calls = answerWith(streaming([FIRST + PROGRESS]), streaming([END]));
    const { seen, states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(calls.map((call) => call.lastEventId)).toEqual([null, "4"]);
    expect(seen).toEqual(["status:3", "progress:4", "completed:5", "done:5"]);
    expect(states).toEqual(["connecting", "live", "reconnecting", "live", "ended"]);
  });

  it("remembers the id of a frame that has nothing else", async () => {
    const calls = answerWith(streaming(["retry: 2000\nid: log.17\n\n"]), status(204));
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual([]);
    expect(calls.map((call) => call.lastEventId)).toEqual([null, "log.17"]);
  });

  it("does not count a frame that broke off in the middle", async () => {
    const calls = answerWith(streaming([FIRST + PROGRESS.slice(0, -1)]), streaming([END]));
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(calls[1]?.lastEventId).toBe("3");
    expect(seen).not.toContain("progress:4");
  });

  it("takes 204 for the end", async () => {
    const calls = answerWith(status(204));
    const { states, over } = follow();
    await over;
    expect(states).toEqual(["connecting", "ended"]);
    expect(calls).toHaveLength(1);
  });

  it("tries again after 503 and while nobody listens, and gives up on 404", async () => {
    const calls = answerWith(
      refused("unavailable", 503),
      () => Promise.reject(new TypeError("refused")),
      refused("job_not_found", 404),
    );
    const { states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(calls).toHaveLength(3);
    expect(states).toEqual(["connecting", "reconnecting", "reconnecting", "refused"]);
  });

  it("hangs up on a connection that is silent for longer than pings allow", async () => {
    const calls = answerWith(silent, streaming([END]));
    const { states, over } = follow();
    await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
    expect(states).toEqual(["connecting", "live"]);
    await vi.runAllTimersAsync();
    await over;
    expect(calls).toHaveLength(2);
  });

  it("stops at once when it is told to", async () => {
    const calls = answerWith(streaming([FIRST]));
    const { over } = follow();
    await vi.advanceTimersByTimeAsync(1);
    stop.abort();
    await over;
    await vi.runAllTimersAsync();
    expect(calls).toHaveLength(1);
  });
});

describe("back-off", () => {
  it("doubles from an eighth of the service's wish up to the cap", () => {
    const waits = [0, 1, 2, 3, 4, 9].map((failures) =>
      backOff({ retryMs: 2000, failures }, false, () => 1),
    );
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000]);
    expect(backOff({ retryMs: 2000, failures: 9 }, true, () => 1)).toBe(2000);
  });

  it("is between a half and the whole", () => {
    expect(backOff({ retryMs: 2000, failures: 9 }, false, () => 0)).toBe(2500);
  });
});

/** Sends the head of an answer and then nothing; ends, as fetch does, when it is aborted. */
function silent(): Promise<Response> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      setTimeout(
        () => controller.error(new DOMException("Aborted", "AbortError")),
        WATCHDOG_MS + 1,
      );
    },
  });
  return Promise.resolve(new Response(body));
}
