/** What one job printed, warned and logged: followed while it is displayed, or read as a whole. */
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { type LogLine, STREAM_JOB_LOG, type StreamJobLogPayloads } from "../../types/jobLog.ts";
import { fillPath, get } from "../client.ts";
import { followStream, type StreamState } from "../stream.ts";

/** Lines between two others that are not kept. */
export interface Gap {
  from: number;
  through: number;
}

export type LogRow = LogLine | Gap;

/** Rows that the page holds: the first and the newest. */
const FIRST_ROWS = 200;
const MOST_ROWS = 3000;
/** Lines that come within this time are drawn at once. */
const DRAW_MS = 100;
const PAGE = 200;

export function isLine(row: LogRow): row is LogLine {
  return "line" in row;
}

export function firstOf(row: LogRow): number {
  return isLine(row) ? row.line : row.from;
}

function lastOf(row: LogRow | undefined): number {
  if (row === undefined) return 0;
  return isLine(row) ? row.line : row.through;
}

/** Add rows in their order; a row that is not after the last one begins the log anew. */
export function withRows(rows: readonly LogRow[], added: readonly LogRow[]): readonly LogRow[] {
  let all = [...rows];
  for (const row of added) {
    if (firstOf(row) <= lastOf(all.at(-1))) all = [];
    all.push(row);
  }
  if (all.length <= MOST_ROWS) return all;
  const first = all.slice(0, FIRST_ROWS);
  const newest = all.slice(FIRST_ROWS - MOST_ROWS + 1);
  const gap = { from: lastOf(first.at(-1)) + 1, through: lastOf(all.at(-newest.length - 1)) };
  return [...first, gap, ...newest];
}

export interface LogLines {
  rows: readonly LogRow[];
  state: StreamState;
}

/**
 * Follow the log of a job. A browser opens six connections to a service at most, so the stream is open only while
 * the tab is visible, and goes on where it stopped.
 */
export function useLogLines(jobId: string): LogLines {
  const isVisible = useDocumentVisibility() === "visible";
  const [rows, setRows] = useState<readonly LogRow[]>([]);
  const [state, setState] = useState<StreamState>({ name: "connecting" });
  const last = useRef(0);
  const hasEnded = useRef(false);
  useEffect(() => {
    if (!isVisible || hasEnded.current) return;
    const stop = new AbortController();
    let waiting: LogRow[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const draw = (): void => {
      const added = waiting;
      waiting = [];
      timer = null;
      setRows((before) => withRows(before, added));
    };
    const add = (row: LogRow): void => {
      last.current = lastOf(row);
      waiting.push(row);
      timer ??= setTimeout(draw, DRAW_MS);
    };
    void followStream<StreamJobLogPayloads>({
      contract: STREAM_JOB_LOG,
      path: fillPath(STREAM_JOB_LOG.path, { job_id: jobId }),
      ...(last.current > 0 && { from: String(last.current) }),
      handlers: {
        line: (line) => add(line),
        skipped: (skipped) => add({ from: skipped.first, through: skipped.last }),
        // the tab's stream of all jobs has the record
        done: () => {
          hasEnded.current = true;
        },
      },
      onState: setState,
      signal: stop.signal,
    });
    return () => {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
      draw();
    };
  }, [jobId, isVisible]);
  return { rows, state };
}

/** Read the whole log, as far as it is kept, oldest line first. */
export async function readLog(jobId: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor: string | null } = { limit: PAGE, cursor };
    const page = await get("/api/jobs/{job_id}/log", { params: { job_id: jobId }, query });
    lines.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return lines.reverse();
}
