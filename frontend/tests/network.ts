/** Replaces the network: each request gets the recorded answer of the real service. */
import { afterEach, expect, vi } from "vitest";
import { type Frame, type Mutation, mutated, type Trace } from "./traces.ts";

/** A request, and its answer. */
export interface Answer {
  method: string;
  path: string;
  /** Undefined: any body. */
  body: unknown;
  /** The position from which a stream resumes; null: from the start. */
  lastEventId: string | null;
  respond: (signal: AbortSignal | null) => Promise<Response>;
}

export function recorded(name: string, ...mutations: Mutation[]): Answer {
  const { method, path, headers, body, answer } = mutated(name, mutations);
  return {
    method,
    path,
    body,
    lastEventId: headers["Last-Event-ID"] ?? null,
    respond: () => {
      const content =
        answer.text ?? (answer.body === undefined ? null : JSON.stringify(answer.body));
      return Promise.resolve(new Response(content, answer));
    },
  };
}

/** The recorded stream in chunks of this many characters. */
export function inPieces(name: string, size: number, ...mutations: Mutation[]): Answer {
  const changed = mutated(name, mutations);
  const pieces = (changed.answer.text ?? "").match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const line = liveAt(changed);
  for (const piece of pieces) line.send(piece);
  line.close();
  return line.answer;
}

/** A stream that stays open, and sends the frames that the test passes to it. */
export interface LiveStream {
  answer: Answer;
  send: (...frames: (string | Frame)[]) => void;
  close: () => void;
  breakOff: () => void;
}

export function live(name: string, ...mutations: Mutation[]): LiveStream {
  return liveAt(mutated(name, mutations));
}

function liveAt({ method, path, headers, answer }: Trace): LiveStream {
  const bytes = new TextEncoder();
  let into: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      into = controller;
    },
  });
  return {
    answer: {
      method,
      path,
      body: null,
      lastEventId: headers["Last-Event-ID"] ?? null,
      respond: (signal) => {
        signal?.addEventListener("abort", () => into?.error(signal.reason), { once: true });
        return Promise.resolve(new Response(body, answer));
      },
    },
    send(...frames) {
      for (const one of frames)
        into?.enqueue(bytes.encode(typeof one === "string" ? one : one.text));
    },
    close: () => into?.close(),
    breakOff: () => into?.error(new TypeError("network error")),
  };
}

function silence(signal: AbortSignal | null): Promise<Response> {
  return live("log-events").answer.respond(signal);
}

/** The request arrives, but its answer is lost. */
export function lost(name: string): Answer {
  return { ...recorded(name), respond: () => Promise.reject(new TypeError("failed to fetch")) };
}

/** Run a function between the request and its answer. */
export function after(action: () => void | Promise<void>, answer: Answer): Answer {
  return {
    ...answer,
    respond: async (signal) => {
      await action();
      return answer.respond(signal);
    },
  };
}

/** Answers with an error until the test calls `repair`. */
export function repairable(broken: Answer, good: Answer): { answer: Answer; repair: () => void } {
  let now = broken;
  return {
    answer: { ...good, respond: (signal) => now.respond(signal) },
    repair: () => {
      now = good;
    },
  };
}

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

let unexpected: string[] = [];

afterEach(() => {
  const requests = unexpected;
  unexpected = [];
  expect(requests, "requests without an answer in this test").toEqual([]);
});

/**
 * Replace fetch; return the calls. Answers to the same request are used in their order, and the last one again and
 * again. A request without an answer, or with another body, fails the test.
 */
export function answerWith(...answers: Answer[]): Call[] {
  const calls: Call[] = [];
  const left = [...answers];
  vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => {
    const { method = "GET", signal = null } = init;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const call = { method, path, body, headers: new Headers(init.headers) };
    calls.push(call);
    const fitting = left.filter((one) => isOf(one, call));
    const [first, next] = fitting;
    // a job prints nothing, unless the test has its log
    if (first === undefined && path.endsWith("/log/events")) return silence(signal);
    if (first === undefined) {
      unexpected.push(describeCall(call));
      return Promise.reject(new TypeError("no answer for this request in this test"));
    }
    if (next !== undefined) left.splice(left.indexOf(first), 1);
    return first.respond(signal);
  });
  return calls;
}

function isOf(answer: Answer, { method, path, body, headers }: Call): boolean {
  if (answer.method !== method || answer.path !== path) return false;
  if (answer.lastEventId !== headers.get("Last-Event-ID")) return false;
  return answer.body === undefined || same(answer.body, body);
}

function describeCall({ method, path, body, headers }: Call): string {
  const id = headers.get("Last-Event-ID");
  const from = id === null ? "" : ` from ${id}`;
  return `${method} ${path}${from}${body === null ? "" : ` ${JSON.stringify(body)}`}`;
}

function same(one: unknown, other: unknown): boolean {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}
