import type { Finished, LineDone, Skipped, Started } from "../client";

export type JobEvent = Started | LineDone | Skipped | Finished;

export type Progress = {
  total: number;
  lines: { index: number; text: string; sure: number }[];
  music: number;
  empty: number;
  outcome: "running" | "done" | "cancelled";
};

export const initialProgress: Progress = {
  total: 0,
  lines: [],
  music: 0,
  empty: 0,
  outcome: "running",
};

/** What a stream of events adds up to. */
export function progressReducer(state: Progress, event: JobEvent): Progress {
  switch (event.type) {
    case "started":
      return { ...initialProgress, total: event.lines_total };
    case "line": {
      const line = { index: event.index, text: event.text, sure: event.confidence };
      return { ...state, lines: [...state.lines, line] };
    }
    case "skipped":
      return event.reason === "music"
        ? { ...state, music: state.music + 1 }
        : { ...state, empty: state.empty + 1 };
    case "finished":
      return {
        ...state,
        total: event.cancelled ? event.lines_done : state.total,
        outcome: event.cancelled ? "cancelled" : "done",
      };
    default:
      return state;
  }
}
