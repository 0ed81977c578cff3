import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useSSE } from "../src/hooks/useSSE.ts";
import {
  type Handlers,
  STREAM_JOB_EVENTS,
  type StreamJobEventsPayloads,
} from "../src/types/jobs.ts";
import { answerWith, live, recorded } from "./network.ts";
import { framesOf, jobOf, trace } from "./traces.ts";

afterEach(cleanup);

const FRAMES = framesOf("train-events");

function recorders(): Handlers<StreamJobEventsPayloads> {
  const names = STREAM_JOB_EVENTS.events;
  return Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as ReturnType<
    typeof recorders
  >;
}

function open(handlers = recorders(), path = trace("train-events").path) {
  const states: string[] = [];
  const hook = renderHook(
    (at: string) => {
      const contract = STREAM_JOB_EVENTS;
      const state = useSSE<StreamJobEventsPayloads>({ contract, path: at, handlers });
      if (states.at(-1) !== state.name) states.push(state.name);
      return state;
    },
    { initialProps: path },
  );
  return { ...hook, handlers, states };
}

it("is open while it is mounted, and returns its state", async () => {
  const line = live("train-events");
  const calls = answerWith(line.answer);
  const { result, handlers, states, unmount } = open();
  expect(result.current.name).toBe("connecting");
  act(() => line.send(...FRAMES.slice(0, -1)));
  await waitFor(() => expect(handlers.completed).toHaveBeenCalledWith(jobOf("job-train")));
  expect(result.current.name).toBe("live");
  unmount();
  expect(states).toEqual(["connecting", "live"]);
  expect(calls).toHaveLength(1);
});

it("returns that the stream has ended", async () => {
  answerWith(recorded("train-events"));
  const { result, handlers } = open();
  await waitFor(() => expect(result.current.name).toBe("ended"));
  expect(handlers.done).toHaveBeenCalledOnce();
});

it("returns the error of a refused stream", async () => {
  answerWith(recorded("events-unknown"));
  const { result } = open(recorders(), trace("events-unknown").path);
  await waitFor(() =>
    expect(result.current).toMatchObject({ name: "refused", error: { code: "job_not_found" } }),
  );
});

it("follows a new path, and closes the old stream", async () => {
  const line = live("train-events");
  const calls = answerWith(line.answer, recorded("failed-events"));
  const { result, handlers, rerender } = open();
  await waitFor(() => expect(result.current.name).toBe("live"));
  rerender(trace("failed-events").path);
  await waitFor(() => expect(result.current.name).toBe("ended"));
  expect(handlers.failed).toHaveBeenCalledWith(jobOf("job-failed"));
  expect(calls.map(({ path }) => path)).toEqual([
    trace("train-events").path,
    trace("failed-events").path,
  ]);
});
