import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followStream, type StreamState, WATCHDOG_MS } from "../src/api/stream.ts";
import {
  type Handlers,
  type JobRecord,
  STREAM_JOB_EVENTS,
  type StreamJobEventsPayloads,
} from "../src/types/jobs.ts";
import { at, forNewReader, resumedFrom, withFrames, withText } from "./mutations.ts";
import { answerWith, inPieces, live, lost, recorded } from "./network.ts";
import { type Frame, framesOf, trace } from "./traces.ts";

const STREAM = "train-events";
const { path } = trace(STREAM);
const FRAMES = framesOf(STREAM);
/** The stream of a running job, before, at and after the frame where connections break. */
const [BEFORE, HERE, AFTER] = [FRAMES.slice(0, 3), FRAMES[3], FRAMES.slice(3)];
const LAST_SEEN = idOf(BEFORE.at(-1));

let stop: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

function idOf(frame: Frame | undefined): string {
  if (frame === undefined) throw new Error("The trace is too short");
  return frame.id;
}

/** The frames as the handlers record them: `event:revision`. */
function entriesOf(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ event, data }) =>
    event === null ? [] : [`${event}:${(JSON.parse(data ?? "") as JobRecord).revision}`],
  );
}

function follow() {
  const seen: string[] = [];
  const write = (name: string) => (job: JobRecord) => seen.push(`${name}:${job.revision}`);
  const handlers = Object.fromEntries(
    STREAM_JOB_EVENTS.events.map((name) => [name, write(name)]),
  ) as unknown as Handlers<StreamJobEventsPayloads>;
  const states: StreamState["name"][] = [];
  const over = followStream({
    contract: STREAM_JOB_EVENTS,
    path,
    handlers,
    onState: ({ name }) => states.push(name),
    signal: stop.signal,
    random: () => 1,
  });
  return { seen, states, over };
}

/** A connection that ends early, after these frames. */
const cut = (...frames: (Frame | string)[]) => recorded(STREAM, withFrames(...frames));
const goesOn = recorded(STREAM, resumedFrom(LAST_SEEN), withFrames(...AFTER));

describe("reading", () => {
  it("passes each event to its handler, and stops after the last", async () => {
    const calls = answerWith(recorded(STREAM));
    const { seen, states, over } = follow();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
    expect(seen.at(-1)).toMatch(/^done:/);
    expect(states).toEqual(["connecting", "live", "ended"]);
    expect(calls).toHaveLength(1);
  });

  it.each(["failed-events", "cancelled-events", "cancelled-events-from-0", "train-events-late"])(
    "ends with the stream, however the job ended: %s",
    async (name) => {
      answerWith(recorded(name, at(path), forNewReader));
      const { seen, states, over } = follow();
      await over;
      expect(seen).toEqual(entriesOf(framesOf(name)));
      expect(states.at(-1)).toBe("ended");
    },
  );

  it.each([3, 7, 64])("reads chunks of any size: %i", async (size) => {
    answerWith(inPieces(STREAM, size, withFrames(": ping\n\n", ...FRAMES)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
  });

  it.each(["\n", "\r\n", "\r"])("reads lines that end with %j", async (end) => {
    const frames = framesOf("train-events-late");
    // the following text shows that a CR was not half of a CRLF
    const text = `${frames.map((frame) => frame.text).join("")}: over\n\n`.replaceAll("\n", end);
    answerWith(inPieces("train-events-late", 1, withText(text)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(entriesOf(frames));
  });

  it("ignores an event that the contract does not have", async () => {
    const novelty = (HERE?.text ?? "").replace(/^event: .*$/m, "event: novelty");
    answerWith(cut(...BEFORE, novelty, ...AFTER.slice(1)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(entriesOf([...BEFORE, ...AFTER.slice(1)]));
  });

  it("stops where data are not JSON, because a retry would return the same", async () => {
    const broken = (HERE?.text ?? "").replace(/^data: .*$/m, "data: {oops");
    const calls = answerWith(cut(...BEFORE, broken));
    const { states, over } = follow();
    await over;
    expect(states.at(-1)).toBe("refused");
    expect(calls).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("resumes from the last event when the connection ends early", async () => {
    answerWith(cut(...BEFORE), goesOn);
    const { seen, states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
    expect(states).toEqual(["connecting", "live", "reconnecting", "live", "ended"]);
  });

  it("resumes as the service does", async () => {
    const resumed = framesOf("train-events-from-3");
    answerWith(cut(...FRAMES.slice(0, 4)), recorded("train-events-from-3"));
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
    expect(entriesOf(resumed)).toEqual(entriesOf(FRAMES.filter(({ id }) => Number(id) > 3)));
  });

  it("resumes when the connection is lost", async () => {
    const line = live(STREAM);
    answerWith(line.answer, goesOn);
    const { seen, over } = follow();
    line.send(...BEFORE);
    await vi.advanceTimersByTimeAsync(1);
    line.breakOff();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
  });

  it("resumes an idle stream from its position", async () => {
    const [idle] = framesOf("events");
    expect(idle).toMatchObject({ event: "position", data: "{}" });
    answerWith(cut(idle ?? ""), recorded("train-events-over", resumedFrom(idOf(idle))));
    const { seen, states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual([]);
    expect(states.at(-1)).toBe("ended");
  });

  it("does not resume from an id with a NUL", async () => {
    const poisoned = (HERE?.text ?? "").replace(/^id: .*$/m, "id: 1\0");
    answerWith(cut(...BEFORE, poisoned), goesOn);
    const { over } = follow();
    await vi.runAllTimersAsync();
    await over;
  });

  it("ignores an incomplete frame", async () => {
    answerWith(cut(...BEFORE, (HERE?.text ?? "").slice(0, -1)), goesOn);
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(entriesOf(FRAMES));
  });

  it("treats 204 as the end", async () => {
    const { headers } = trace("train-events-over");
    expect(headers["Last-Event-ID"]).toBe(idOf(FRAMES.at(-1)));
    const calls = answerWith(recorded("train-events-over", forNewReader));
    const { states, over } = follow();
    await over;
    expect(states).toEqual(["connecting", "ended"]);
    expect(calls).toHaveLength(1);
  });

  it("retries after 503, 429 and a refused connection, and stops after 404", async () => {
    const calls = answerWith(
      here("broken-models"),
      here("queue-full"),
      { ...lost("events-unknown"), path },
      here("events-unknown"),
    );
    const { states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(calls).toHaveLength(4);
    const again = states.filter((name) => name === "reconnecting");
    expect([again.length, states.at(-1)]).toEqual([3, "refused"]);
  });

  it("stops without a token", async () => {
    const calls = answerWith(here("unauthorized-events"));
    const { states, over } = follow();
    await over;
    expect(states).toEqual(["connecting", "refused"]);
    expect(calls).toHaveLength(1);
  });

  it("closes a connection without a ping for too long", async () => {
    const calls = answerWith(live(STREAM).answer, recorded(STREAM));
    const { states, over } = follow();
    await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
    expect(states).toEqual(["connecting", "live"]);
    await vi.runAllTimersAsync();
    await over;
    expect(calls).toHaveLength(2);
  });

  it("keeps a connection with pings", async () => {
    const line = live(STREAM);
    const calls = answerWith(line.answer);
    const { states } = follow();
    for (let ping = 0; ping < 3; ping += 1) {
      await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
      line.send(": ping\n\n");
    }
    await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
    expect(states).toEqual(["connecting", "live"]);
    expect(calls).toHaveLength(1);
  });

  it("stops at once when the signal aborts", async () => {
    const calls = answerWith(cut(...BEFORE));
    const { over } = follow();
    await vi.advanceTimersByTimeAsync(1);
    stop.abort();
    await over;
    await vi.runAllTimersAsync();
    expect(calls).toHaveLength(1);
  });
});

/** A recorded error at the address of this stream. */
function here(name: string) {
  return { ...recorded(name), path, method: "GET", body: null };
}
