/** The status of a check, as a shape and as a word. */
import { Text } from "@mantine/core";
import type { Health } from "../../types/systemHealth.ts";

export type Status = Health["status"];

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  ok: "OK",
  degraded: "Degraded",
  failing: "Failing",
};

/** Sort key: the worst first. */
export const SEVERITY: Readonly<Record<Status, number>> = { failing: 0, degraded: 1, ok: 2 };

/** SVG paths: a disc with a tick, a triangle, an octagon with a cross. */
const SHAPES: Readonly<Record<Status, readonly [outline: string, sign: string]>> = {
  ok: ["M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z", "M4.8 8.2 7 10.4l4.2-4.6"],
  degraded: ["M8 1.2 15.4 14.6H.6z", "M8 6v4M8 12v.6"],
  failing: ["M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z", "m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"],
};

export function VerdictMark({ status, size = 20 }: { status: Status; size?: number }) {
  const [outline, sign] = SHAPES[status];
  return (
    <svg
      className="verdict"
      data-status={status}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={outline} fill="currentColor" />
      <path
        d={sign}
        fill="none"
        stroke="var(--page-surface)"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function VerdictWord({ status }: { status: Status }) {
  return (
    <Text span inherit fw={600} className="verdict" data-status={status}>
      {STATUS_WORDS[status]}
    </Text>
  );
}
