/** Server-sent events out of text, with the id to resume from, also of frames that carry nothing else. */
import { createParser, type EventSourceMessage } from "eventsource-parser";

export interface FrameReader {
  feed(text: string): void;
}

export interface FrameListener {
  onEvent: (event: EventSourceMessage) => void;
  /** A frame is over, and this is where to go on after it. */
  onPosition: (id: string) => void;
  onRetry: (milliseconds: number) => void;
}

/**
 * Reads one connection. The parser keeps quiet about a frame without data, yet its id counts (HTML
 * standard, 9.2.6); so whole lines pass through here, and ids are taken on the way. A position is
 * reported after the frame's event was handled.
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
      // a CR at the end may be half of a CRLF, so it waits for what follows
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) readLine(line);
    },
  };
}
