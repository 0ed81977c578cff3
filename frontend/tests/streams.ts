/** A stand-in for the network of a stream: each fetch is answered by the next script. */
import { vi } from "vitest";
import type { Handlers, JobRecord, StreamJobEventsPayloads } from "../src/types/jobs.ts";

export interface Call {
  path: string;
  lastEventId: string | null;
  authorization: string | null;
}

type Answer = () => Promise<Response>;

/** Replace fetch; returns what was asked for. Asking more often than there are answers fails. */
export function answerWith(...answers: Answer[]): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    calls.push({
      path,
      lastEventId: headers.get("Last-Event-ID"),
      authorization: headers.get("Authorization"),
    });
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`Nobody expected call ${calls.length} to ${path}`);
    return answer();
  });
  return calls;
}

/** A stream of these chunks; it closes after them, or stays open until it is aborted. */
export function streaming(chunks: readonly string[], end: "closes" | "stays" = "closes"): Answer {
  const bytes = new TextEncoder();
  return () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(bytes.encode(chunk));
        if (end === "closes") controller.close();
      },
    });
    return Promise.resolve(
      new Response(body, { headers: { "Content-Type": "text/event-stream" } }),
    );
  };
}

export function status(code: number): Answer {
  return () => Promise.resolve(new Response(null, { status: code }));
}

export function json(code: number, value: unknown): Answer {
  return () => Promise.resolve(Response.json(value, { status: code }));
}

export function refused(code: string, statusCode: number): Answer {
  return json(statusCode, {
    ok: false,
    data: null,
    error: { code, message: "No.", fields: [] },
    meta: META,
  });
}

export const META = {
  request_id: "r-1",
  generated_at: "2026-11-23T10:00:00Z",
  elapsed_ms: 1,
  data_mode: "demo",
  warnings: [],
};

export function frame(id: string, event: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Handlers that write down what came, as `event:revision`. */
export function recorder(): { seen: string[]; handlers: Handlers<StreamJobEventsPayloads> } {
  const seen: string[] = [];
  const write =
    (name: string) =>
    (job: JobRecord): void => {
      seen.push(`${name}:${job.revision}`);
    };
  return {
    seen,
    handlers: {
      status: write("status"),
      started: write("started"),
      progress: write("progress"),
      completed: write("completed"),
      failed: write("failed"),
      cancelled: write("cancelled"),
      done: write("done"),
    },
  };
}
