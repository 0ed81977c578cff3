/** What a screen of the whole page requests, and when. */
import { onTestFinished, vi } from "vitest";
import { type Entry, start } from "./entry.ts";
import type { Service } from "./service.ts";

/** The service pings this often, so that a stream stays open. */
const PING_MS = 15_000;

/** What a screen asks again and again without an event, and how often. Nothing else may. */
export const INTERVALS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // a disk fills and data age without an event
  "/health": { "GET /api/system/health": 30_000 },
};

/** Start the page for one test. */
export async function startWith(service: Service): Promise<Entry> {
  const entry = await start();
  onTestFinished(entry.stop);
  setInterval(() => service.send(": ping\n\n"), PING_MS);
  return entry;
}

/** The requests that an action causes, sorted. */
export async function requestsOf({ calls }: Service, action: () => unknown): Promise<string[]> {
  const from = calls.length;
  await action();
  return calls
    .slice(from)
    .map(({ method, path }) => `${method} ${path}`)
    .toSorted();
}

export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
