/** Stands in for the network: each request is answered with what the real service answered to it. */
import { afterEach, expect, vi } from "vitest";
import { type Frame, type Mutation, mutated, type Trace } from "./traces.ts";

/** What is asked for, and how it is answered. */
export interface Answer {
  method: string;
  path: string;
  /** Undefined: whatever is sent. */
  body: unknown;
  /** Where a stream goes on; null: it begins. */
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

/** The same stream in pieces of so many characters. */
export function inPieces(name: string, size: number, ...mutations: Mutation[]): Answer {
  const changed = mutated(name, mutations);
  const pieces = (changed.answer.text ?? "").match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const line = liveAt(changed);
  for (const piece of pieces) line.send(piece);
  line.close();
  return line.answer;
}

/** A stream that says what the test sends, frame by frame, and stays open. */
export interface LiveStream {
  answer: Answer;
  send: (...said: (string | Frame)[]) => void;
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
    send(...said) {
      for (const one of said) into?.enqueue(bytes.encode(typeof one === "string" ? one : one.text));
    },
    close: () => into?.close(),
    breakOff: () => into?.error(new TypeError("network error")),
  };
}

/** The request arrives, and its answer is lost on the way. */
export function lost(name: string): Answer {
  return { ...recorded(name), respond: () => Promise.reject(new TypeError("failed to fetch")) };
}

/** Something happens between the request and its answer. */
export function after(happens: () => void | Promise<void>, answer: Answer): Answer {
  return {
    ...answer,
    respond: async (signal) => {
      await happens();
      return answer.respond(signal);
    },
  };
}

/** Broken until the test says that it is mended. */
export function mendable(broken: Answer, good: Answer): { answer: Answer; mend: () => void } {
  let now = broken;
  return {
    answer: { ...good, respond: (signal) => now.respond(signal) },
    mend: () => {
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
  const asked = unexpected;
  unexpected = [];
  expect(asked, "what nobody expected to be asked").toEqual([]);
});

/**
 * Replace fetch; returns what was asked for. Answers to the same request come in their order, the last of
 * them also from then on. What was not recorded, or with another body, fails the test.
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
    if (first === undefined) {
      unexpected.push(told(call));
      return Promise.reject(new TypeError("nobody answers this in this test"));
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

function told({ method, path, body, headers }: Call): string {
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
