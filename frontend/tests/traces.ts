/** Recorded exchanges with the real service, which `python -m contract_tests.traces` writes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataOf, Method, PathOf } from "../src/types/api.ts";
import type { JobRecord } from "../src/types/jobs.ts";

const FOLDER = join(import.meta.dirname, "traces");

/** One exchange; `contract_tests/traces` checks it against the contract. */
export interface Trace {
  method: string;
  path: string;
  /** Request headers that matter. */
  headers: Readonly<Record<string, string>>;
  /** Request body; null: none. */
  body: unknown;
  answer: {
    status: number;
    headers: Readonly<Record<string, string>>;
    /** Answer as JSON. */
    body?: unknown;
    /** Answer that is not JSON. */
    text?: string;
  };
}

export function trace(name: string): Trace {
  const read = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Trace;
  const { text } = read.answer;
  if (text === undefined) return read;
  return { ...read, answer: { ...read.answer, text: readFileSync(join(FOLDER, text), "utf8") } };
}

/** The names of the traces that fit a pattern, in order. */
export function tracesLike(pattern: RegExp): string[] {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.\w+$/, ""));
  return names.filter((name) => pattern.test(name)).sort();
}

interface Envelope<T> {
  ok: boolean;
  data: T;
  error: { code: string; message: string; fields: { path: string; message: string }[] } | null;
  meta: { request_id: string };
}

/** The data of a trace, with the type that the contract declares for this path. */
export function dataOf<P extends PathOf<"get">>(name: string, path: P): DataOf<P, "get"> {
  return (open(name, "get", path) as Envelope<DataOf<P, "get">>).data;
}

export function postedTo<P extends PathOf<"post">>(name: string, path: P): DataOf<P, "post"> {
  return (open(name, "post", path) as Envelope<DataOf<P, "post">>).data;
}

export function deletedAt<P extends PathOf<"delete">>(name: string, path: P): DataOf<P, "delete"> {
  return (open(name, "delete", path) as Envelope<DataOf<P, "delete">>).data;
}

function open(name: string, method: Method, template: string): unknown {
  const { method: actual, path, answer } = trace(name);
  const form = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
  if (actual.toLowerCase() !== method || !form.test(path.split("?")[0] ?? "")) {
    throw new Error(`${name} is a trace of ${actual} ${path}, not of ${method} ${template}`);
  }
  return answer.body;
}

export function jobOf(name: string): JobRecord {
  return dataOf(name, "/api/jobs/{job_id}");
}

/** The error of a trace, with its request id. */
export function refusalOf(name: string): NonNullable<Envelope<null>["error"]> & {
  request_id: string;
  status: number;
} {
  const { status, body } = trace(name).answer;
  const { error, meta } = body as Envelope<null>;
  if (error === null) throw new Error(`${name} has no error`);
  return { ...error, request_id: meta.request_id, status };
}

/** One frame of a recorded stream. */
export interface Frame {
  text: string;
  id: string;
  event: string | null;
  data: string | null;
}

/** The frames with an id; pings have none. */
export function framesOf(name: string): Frame[] {
  const { text } = trace(name).answer;
  if (text === undefined) throw new Error(`${name} is not a stream`);
  const frames = [...text.matchAll(/(?:[^\n]+\n)+\n/g)].map(([frame]) => {
    const field = (key: string): string | null =>
      new RegExp(`^${key}: (.*)$`, "m").exec(frame)?.[1] ?? null;
    return { text: frame, id: field("id") ?? "", event: field("event"), data: field("data") };
  });
  return frames.filter(({ id }) => id !== "");
}

/** The records in a recorded stream, in order. */
export function recordsOf(name: string): JobRecord[] {
  return framesOf(name).flatMap(({ data, event }) =>
    data === null || event === "reset" || event === "position" || event === "deleted"
      ? []
      : [JSON.parse(data) as JobRecord],
  );
}

/** A change of a recorded exchange. */
export type Mutation = (recorded: Trace) => Trace;

export function mutated(name: string, mutations: readonly Mutation[]): Trace {
  return mutations.reduce((now, change) => change(now), trace(name));
}
