/** Follows event streams: events are typed by name; a lost or silent connection is reopened and resumed by id. */
import { createParser } from "eventsource-parser";
import { type Handlers, type StreamContract, subscribe } from "../types/jobs.ts";
import { ApiError, send, unwrap } from "./client.ts";

/** A connection without a byte for this long is dead: the service pings every 15 s. */
export const WATCHDOG_MS = 45_000;
const CAP_MS = 5000;
const LOCAL_CAP_MS = 2000;

/** `ended`: the service ended the stream. `refused`: another attempt would fail as well. */
export type StreamState =
  | { name: "connecting" | "live" | "ended" }
  | { name: "reconnecting"; since: number }
  | { name: "refused"; error: Error };

export interface StreamOptions<Payloads> {
  contract: StreamContract<keyof Payloads & string>;
  /** The contract's path, with its parameters filled in. */
  path: string;
  /** The id to resume after; without one the service starts with the current state. */
  from?: string;
  handlers: Handlers<Payloads>;
  onState: (state: StreamState) => void;
  signal: AbortSignal;
  /** Between 0 and 1; tests pass their own. */
  random?: () => number;
}

/** Follow a stream until it ends, is refused, or the signal aborts; never throws. */
export async function followStream<Payloads>(options: StreamOptions<Payloads>): Promise<void> {
  const { signal, random = Math.random } = options;
  const { from = null, contract } = options;
  const progress: Progress = { lastEventId: from, retryMs: contract.retryMs, failures: 0 };
  let since: number | null = null;
  const onState = (state: StreamState): void => {
    if (state.name === "live") since = null;
    options.onState(state);
  };
  onState({ name: "connecting" });
  while (!signal.aborted) {
    try {
      if (await readOnce({ ...options, onState }, progress)) {
        onState({ name: "ended" });
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isHopeless(error)) {
        onState({ name: "refused", error });
        return;
      }
    }
    if (signal.aborted) return;
    since ??= Date.now();
    onState({ name: "reconnecting", since });
    await pause(backOff(progress, isLocal(location.hostname), random), signal);
    progress.failures += 1;
  }
}

interface Progress {
  lastEventId: string | null;
  retryMs: number;
  failures: number;
}

/** An eighth of the service's retry time, doubled with each failure, up to the cap; half of it is jitter. */
export function backOff(
  { retryMs, failures }: Pick<Progress, "retryMs" | "failures">,
  local: boolean,
  random: () => number,
): number {
  const ceiling = Math.min(local ? LOCAL_CAP_MS : CAP_MS, (retryMs / 8) * 2 ** failures);
  return ceiling * (0.5 + random() / 2);
}

function isLocal(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The stream broke the contract, and would break it again. */
class BrokenStream extends Error {}

function isHopeless(error: unknown): error is Error {
  if (error instanceof ApiError) return error.status < 500 && error.status !== 429;
  return error instanceof BrokenStream;
}

/** Read one connection to its end. True: the stream has ended. */
async function readOnce<Payloads>(
  options: StreamOptions<Payloads>,
  progress: Progress,
): Promise<boolean> {
  const dog = new AbortController();
  const signal = AbortSignal.any([options.signal, dog.signal]);
  let timer = setTimeout(() => dog.abort(), WATCHDOG_MS);
  try {
    const response = await send(options.path, { headers: streamHeaders(progress), signal });
    if (response.status === 204) return true;
    if (!response.ok) await unwrap(response);
    if (response.body === null) return false;
    options.onState({ name: "live" });
    let last = false;
    const dispatch = subscribe<Payloads>(options.contract, options.handlers);
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        const name = dispatch(event, () => parse(event, data));
        if (name !== null) last = name === options.contract.last;
        // after the event: one that cannot be handled is sent again
        if (id !== undefined) progress.lastEventId = id;
      },
      onRetry: (milliseconds) => {
        progress.retryMs = milliseconds;
      },
    });
    for await (const text of chunks(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => dog.abort(), WATCHDOG_MS);
      progress.failures = 0;
      parser.feed(text);
    }
    return last;
  } finally {
    clearTimeout(timer);
  }
}

function streamHeaders({ lastEventId }: Progress): Record<string, string> {
  const accept = { Accept: "text/event-stream" };
  return lastEventId === null ? accept : { ...accept, "Last-Event-ID": lastEventId };
}

function parse(name: string | undefined, data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new BrokenStream(`The data of ${name ?? "an event"} is not JSON. Reload the page.`, {
      cause: error,
    });
  }
}

async function* chunks(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
