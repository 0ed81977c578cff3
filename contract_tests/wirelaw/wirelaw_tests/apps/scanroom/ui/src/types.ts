/** What the server sends and takes; keep it equal to server/scanroom/schemas.py. */

export type BatchState = "open" | "scanning" | "review" | "archived";

export type Priority = "low" | "normal" | "high";

export interface Batch {
  id: number;
  box: string;
  sheets: number;
  scanned: number;
  dpi: number;
  priority: Priority;
  double_sided: boolean;
  state: BatchState;
  note: string;
}

export interface NewBatch {
  box: string;
  sheets: number;
  dpi?: number;
  priority?: Priority;
  double_sided?: boolean;
}

export interface BatchChange {
  priority?: Priority;
  note?: string;
}

export interface Archived {
  id: number;
  archived_sheets: number;
}

export type ScanEvent =
  | { type: "opened"; sheets: number; dpi: number }
  | { type: "sheet"; number: number; sharpness: number; side: "front" | "back" }
  | { type: "blurred"; number: number; advice: string }
  | { type: "closed"; scanned: number; again: number };
