import type { BatchState, Priority } from "./types";

export const STATE_LABELS: Record<BatchState, string> = {
  open: "New",
  scanning: "On the scanner",
  review: "To be looked at",
  archived: "In the archive",
};

export function priorityIcon(priority: Priority): string {
  switch (priority) {
    case "low":
      return "▽";
    case "normal":
      return "○";
    case "high":
      return "▲";
  }
}
