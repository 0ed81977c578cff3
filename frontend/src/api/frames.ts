/** Parses server-sent events, and reports the id to resume from, also of frames without data. */
import { createParser, type EventSourceMessage } from "eventsource-parser";

export interface FrameReader {
  feed(text: string): void;
}

export interface FrameListener {
  onEvent: (event: EventSourceMessage) => void;
  /** Called after a frame with its id, to resume after it. */
  onPosition: (id: string) => void;
  onRetry: (milliseconds: number) => void;
}

/**
 * Read one connection. The parser reports nothing for a frame without data, but its id counts (HTML standard,
 * 9.2.6), so this function reads the ids itself. It reports a position after the event of the frame.
 */
export function readFrames({ onEvent, onPosition, onRetry }: FrameListener): FrameReader {
  const parser = createParser({ onEvent, onRetry });
  let rest = "";
  let id: string | null = null;

  function readLine(line: string): void {
    parser.feed(`${line}\n`);
    const match = /^id(?:: ?(.*))?$/s.exec(line);
    if (match !== null) {
      const value = match[1] ?? "";
      if (!value.includes("\0")) id = value;
    } else if (line === "" && id !== null) {
      onPosition(id);
      id = null;
    }
  }

  return {
    feed(text) {
      // a CR at the end may be half of a CRLF, so it is kept for the next text
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) readLine(line);
    },
  };
}
