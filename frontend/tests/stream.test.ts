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
/** A running job's stream before, at and after the place where connections break here. */
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

/** What handlers write down of these frames, as `event:revision`. */
function said(frames: readonly Frame[]): string[] {
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

/** The connection ends after these frames, too early. */
const cut = (...frames: (Frame | string)[]) => recorded(STREAM, withFrames(...frames));
const goesOn = recorded(STREAM, resumedFrom(LAST_SEEN), withFrames(...AFTER));

describe("reading", () => {
  it("hands over each event by name, and stops after the last", async () => {
    const calls = answerWith(recorded(STREAM));
    const { seen, states, over } = follow();
    await over;
    expect(seen).toEqual(said(FRAMES));
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
      expect(seen).toEqual(said(framesOf(name)));
      expect(states.at(-1)).toBe("ended");
    },
  );

  it.each([3, 7, 64])("does not care where chunks are cut: %i", async (size) => {
    answerWith(inPieces(STREAM, size, withFrames(": ping\n\n", ...FRAMES)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(said(FRAMES));
  });

  it.each(["\n", "\r\n", "\r"])("reads lines that end with %j, one by one", async (end) => {
    const frames = framesOf("train-events-late");
    // what follows tells that a CR was no half of a CRLF
    const text = `${frames.map((frame) => frame.text).join("")}: over\n\n`.replaceAll("\n", end);
    answerWith(inPieces("train-events-late", 1, withText(text)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(said(frames));
  });

  it("passes over an event that this contract does not have", async () => {
    const novelty = (HERE?.text ?? "").replace(/^event: .*$/m, "event: novelty");
    answerWith(cut(...BEFORE, novelty, ...AFTER.slice(1)));
    const { seen, over } = follow();
    await over;
    expect(seen).toEqual(said([...BEFORE, ...AFTER.slice(1)]));
  });

  it("stops where data is no JSON, because trying again would bring the same", async () => {
    const broken = (HERE?.text ?? "").replace(/^data: .*$/m, "data: {oops");
    const calls = answerWith(cut(...BEFORE, broken));
    const { states, over } = follow();
    await over;
    expect(states.at(-1)).toBe("refused");
    expect(calls).toHaveLength(1);
  });
});

describe("resuming", () => {
  it("goes on from the last event when the connection ends too early", async () => {
    answerWith(cut(...BEFORE), goesOn);
    const { seen, states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(said(FRAMES));
    expect(states).toEqual(["connecting", "live", "reconnecting", "live", "ended"]);
  });

  it("goes on as the service does it", async () => {
    const resumed = framesOf("train-events-from-3");
    answerWith(cut(...FRAMES.slice(0, 4)), recorded("train-events-from-3"));
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(said(FRAMES));
    expect(said(resumed)).toEqual(said(FRAMES.filter(({ id }) => Number(id) > 3)));
  });

  it("goes on when the connection breaks off", async () => {
    const line = live(STREAM);
    answerWith(line.answer, goesOn);
    const { seen, over } = follow();
    line.send(...BEFORE);
    await vi.advanceTimersByTimeAsync(1);
    line.breakOff();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(said(FRAMES));
  });

  it("remembers the id of a frame that has nothing else", async () => {
    const [idle] = framesOf("events");
    expect(idle).toMatchObject({ event: null, data: null });
    answerWith(cut(idle ?? ""), recorded("train-events-over", resumedFrom(idOf(idle))));
    const { seen, states, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual([]);
    expect(states.at(-1)).toBe("ended");
  });

  it("does not go on from an id with a NUL in it", async () => {
    const poisoned = (HERE?.text ?? "").replace(/^id: .*$/m, "id: 1\0");
    answerWith(cut(...BEFORE, poisoned), goesOn);
    const { over } = follow();
    await vi.runAllTimersAsync();
    await over;
  });

  it("does not count a frame that broke off in the middle", async () => {
    answerWith(cut(...BEFORE, (HERE?.text ?? "").slice(0, -1)), goesOn);
    const { seen, over } = follow();
    await vi.runAllTimersAsync();
    await over;
    expect(seen).toEqual(said(FRAMES));
  });

  it("takes 204 for the end", async () => {
    const { headers } = trace("train-events-over");
    expect(headers["Last-Event-ID"]).toBe(idOf(FRAMES.at(-1)));
    const calls = answerWith(recorded("train-events-over", forNewReader));
    const { states, over } = follow();
    await over;
    expect(states).toEqual(["connecting", "ended"]);
    expect(calls).toHaveLength(1);
  });

  it("tries again after 503, 429 and while nobody listens, and gives up on 404", async () => {
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

  it("gives up without a token", async () => {
    const calls = answerWith(here("unauthorized-events"));
    const { states, over } = follow();
    await over;
    expect(states).toEqual(["connecting", "refused"]);
    expect(calls).toHaveLength(1);
  });

  it("hangs up on a connection that is silent for longer than pings allow", async () => {
    const calls = answerWith(live(STREAM).answer, recorded(STREAM));
    const { states, over } = follow();
    await vi.advanceTimersByTimeAsync(WATCHDOG_MS - 1);
    expect(states).toEqual(["connecting", "live"]);
    await vi.runAllTimersAsync();
    await over;
    expect(calls).toHaveLength(2);
  });

  it("keeps a connection on which there is at least a ping", async () => {
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

  it("stops at once when it is told to", async () => {
    const calls = answerWith(cut(...BEFORE));
    const { over } = follow();
    await vi.advanceTimersByTimeAsync(1);
    stop.abort();
    await over;
    await vi.runAllTimersAsync();
    expect(calls).toHaveLength(1);
  });
});

/** What was refused elsewhere, refused here. */
function here(name: string) {
  return { ...recorded(name), path, method: "GET", body: null };
}
