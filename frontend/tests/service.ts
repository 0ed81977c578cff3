/** A service made of all recorded answers: it answers any GET that was recorded, and paginates any list. */
import { vi } from "vitest";
import type { Call } from "./network.ts";
import { OTHER_VERSION } from "./screens.ts";
import { type Trace, trace, tracesLike } from "./traces.ts";

/** Recorded answers that another situation has. */
const SPECIAL = /^(empty|demo|broken|unauthorized)-/;

/** A time of the service, as text. */
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const HOUR_MS = 3_600_000;

/** The answers to reads by path, without streams. */
const READS: ReadonlyMap<string, Trace> = new Map(
  tracesLike(/./)
    .filter((name) => !SPECIAL.test(name))
    .map(trace)
    .filter(({ method, answer }) => method === "GET" && answer.status === 200)
    .filter(({ answer }) => answer.body !== undefined)
    .flatMap((one) => [one, ...siblings(one)])
    .map(({ answer, ...one }) => ({ ...one, answer: { ...answer, body: distinct(answer.body) } }))
    .map((one) => [one.path, one]),
);

/** No two numbers or times of an object look the same, so that one in place of another is seen. */
function distinct(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(distinct);
  if (typeof value !== "object" || value === null) return value;
  const used = new Set<number>();
  let times = 0;
  const entries = Object.entries(value).map(([name, member]) => {
    if (typeof member === "string" && TIME.test(member)) {
      // squares, so that the time between two differs as well
      const later = times ** 2 * HOUR_MS;
      times += 1;
      return [name, new Date(Date.parse(member) + later).toISOString()];
    }
    if (typeof member !== "number") return [name, distinct(member)];
    let other = member;
    while (used.has(other)) other += Number.isInteger(member) ? 1 : 0.125;
    used.add(other);
    return [name, other];
  });
  return Object.fromEntries(entries) as unknown;
}

/** The version that was recorded, and a second one with other parameters. */
function siblings({ path, answer, ...rest }: Trace): Trace[] {
  const [, version] = /^\/api\/models\/(.+)$/.exec(path) ?? [];
  if (version === undefined) return [];
  const text = JSON.stringify(answer.body).replaceAll(version, OTHER_VERSION);
  const body = JSON.parse(text.replace(/"years":\d+/, '"years":3')) as unknown;
  return [{ ...rest, path: path.replace(version, OTHER_VERSION), answer: { ...answer, body } }];
}

export type Respond = (call: Call, signal: AbortSignal | null) => Promise<Response> | undefined;

export interface Service {
  calls: Call[];
  /** Sends text on each open stream. */
  send: (text: string) => void;
}

/** @param respond answers first; undefined: the recorded answer. */
export function serve(respond: Respond = () => undefined): Service {
  const calls: Call[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const bytes = new TextEncoder();
  function openStream(signal: AbortSignal | null): Response {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.add(controller);
        signal?.addEventListener("abort", () => {
          if (streams.delete(controller)) controller.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }
  /** The lines of the job whose log was recorded; another job prints nothing, and its stream stays open. */
  function linesOf(path: string, signal: AbortSignal | null): Response {
    const { path: recorded, answer } = trace("log-events");
    return path === recorded ? new Response(answer.text, answer) : openStream(signal);
  }
  vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => {
    const { method = "GET", signal = null } = init;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const call: Call = { method, path, body, headers: new Headers(init.headers) };
    calls.push(call);
    const own = respond(call, signal);
    if (own !== undefined) return own;
    if (path === "/api/events") return Promise.resolve(openStream(signal));
    if (path.endsWith("/log/events")) return Promise.resolve(linesOf(path, signal));
    if (path.endsWith("/events")) return Promise.resolve(logOf(path.replace("/events", "")));
    const read = method === "GET" ? READS.get(path) : undefined;
    return Promise.resolve(
      read === undefined ? unknown(call) : Response.json(read.answer.body, read.answer),
    );
  });
  return {
    calls,
    send(text) {
      for (const stream of streams) stream.enqueue(bytes.encode(text));
    },
  };
}

/** The log of a job whose earlier entries are gone: its record, which is final or the current one. */
function logOf(path: string): Response {
  const { revision } = dataAt(path) as { revision: number };
  const frame = `id: ${revision}\nevent: status\ndata: ${JSON.stringify(dataAt(path))}\n\n`;
  return new Response(frame, { headers: { "Content-Type": "text/event-stream" } });
}

function unknown({ path }: Call): Response {
  const { body } = trace(path.startsWith("/api/models") ? "model-unknown" : "job-unknown").answer;
  return Response.json(body, { status: 404 });
}

/** The data of the recorded answer to a read. */
export function dataAt(path: string): unknown {
  const read = READS.get(path)?.answer.body ?? {};
  return (read as { data?: unknown }).data;
}

/** A recorded answer with other data. */
export function answerLike(path: string, data: unknown): Response {
  const read = READS.get(path);
  if (read === undefined) throw new Error(`${path} is not recorded`);
  return Response.json({ ...(read.answer.body as object), data });
}

/** More rows than a screen shows at once. */
const MANY = 60;

/** A recorded list of several jobs in a status, with them again and again under other ids; undefined: no such list. */
export function longer(path: string): Response | undefined {
  const data = dataAt(path) as { items?: readonly { job_id: string }[] } | undefined;
  const items = path.includes("?status=") ? (data?.items ?? []) : [];
  if (items.length < 2) return undefined;
  const all = Array.from({ length: MANY }, (_, place) => {
    const item = items[place % items.length];
    const other = String(place).padStart(12, "0");
    return place < items.length ? item : { ...item, job_id: item?.job_id.replace(/.{12}$/, other) };
  });
  return answerLike(path, { ...data, items: all });
}

/** A recorded refusal. */
export function refused(name: string): Promise<Response> {
  const { answer } = trace(name);
  return Promise.resolve(Response.json(answer.body, answer));
}

/** No answer before the page leaves. */
export function never(): Promise<Response> {
  return new Promise(() => undefined);
}
