/** Exchanges with the real service, as `python -m contract_tests.traces` recorded them; they stand in for the network. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataOf, Method, PathOf } from "../src/types/api.ts";
import type { JobRecord } from "../src/types/jobs.ts";

const FOLDER = join(import.meta.dirname, "traces");

/** One exchange; that it is what the contract says is held by `contract_tests/traces`. */
export interface Trace {
  method: string;
  path: string;
  /** The request's, where they matter. */
  headers: Readonly<Record<string, string>>;
  /** The request's; null: it had none. */
  body: unknown;
  answer: {
    status: number;
    headers: Readonly<Record<string, string>>;
    /** What came as JSON. */
    body?: unknown;
    /** What came as anything else. */
    text?: string;
  };
}

export function trace(name: string): Trace {
  const read = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Trace;
  const { text } = read.answer;
  if (text === undefined) return read;
  return { ...read, answer: { ...read.answer, text: readFileSync(join(FOLDER, text), "utf8") } };
}

interface Envelope<T> {
  ok: boolean;
  data: T;
  error: { code: string; message: string; fields: { path: string; message: string }[] } | null;
  meta: { request_id: string };
}

/** What was answered, as the contract says of this path; the door through which traces get their types. */
export function dataOf<P extends PathOf<"get">>(name: string, path: P): DataOf<P, "get"> {
  return (open(name, "get", path) as Envelope<DataOf<P, "get">>).data;
}

export function postedTo<P extends PathOf<"post">>(name: string, path: P): DataOf<P, "post"> {
  return (open(name, "post", path) as Envelope<DataOf<P, "post">>).data;
}

function open(name: string, method: Method, template: string): unknown {
  const { method: said, path, answer } = trace(name);
  const form = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
  if (said.toLowerCase() !== method || !form.test(path.split("?")[0] ?? "")) {
    throw new Error(`${name} is of ${said} ${path}, not of ${method} ${template}`);
  }
  return answer.body;
}

export function jobOf(name: string): JobRecord {
  return dataOf(name, "/api/jobs/{job_id}");
}

/** The error that was answered, with the id that finds it in the log. */
export function refusalOf(name: string): NonNullable<Envelope<null>["error"]> & {
  request_id: string;
  status: number;
} {
  const { status, body } = trace(name).answer;
  const { error, meta } = body as Envelope<null>;
  if (error === null) throw new Error(`${name} is no refusal`);
  return { ...error, request_id: meta.request_id, status };
}

/** One frame of a recorded stream. */
export interface Frame {
  text: string;
  id: string;
  event: string | null;
  data: string | null;
}

/** Its frames that have an id; pings come when they come. */
export function framesOf(name: string): Frame[] {
  const { text } = trace(name).answer;
  if (text === undefined) throw new Error(`${name} is no stream`);
  const frames = [...text.matchAll(/(?:[^\n]+\n)+\n/g)].map(([frame]) => {
    const field = (key: string): string | null =>
      new RegExp(`^${key}: (.*)$`, "m").exec(frame)?.[1] ?? null;
    return { text: frame, id: field("id") ?? "", event: field("event"), data: field("data") };
  });
  return frames.filter(({ id }) => id !== "");
}

/** The records that a recorded stream brought, in order. */
export function recordsOf(name: string): JobRecord[] {
  return framesOf(name).flatMap(({ data, event }) =>
    data === null || event === "reset" ? [] : [JSON.parse(data) as JobRecord],
  );
}

/** A change of what was recorded, for what the service does not do by itself; named where it is made. */
export type Mutation = (recorded: Trace) => Trace;

export function mutated(name: string, mutations: readonly Mutation[]): Trace {
  return mutations.reduce((now, change) => change(now), trace(name));
}
