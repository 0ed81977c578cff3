/** The lines of a log; each has an address of its own. */
import { Link, useLocation } from "@tanstack/react-router";
import { memo, useEffect } from "react";
import { firstOf, type Gap, isLine, type LogRow } from "../../api/queries/useLogLines.ts";
import { count, timeOfDay, toTheSecond } from "../../format/figures.ts";
import type { LogLine } from "../../types/jobLog.ts";

interface Props {
  jobId: string;
  rows: readonly LogRow[];
}

export function LogLines({ jobId, rows }: Props) {
  const linked = useLocation({ select: ({ hash }) => hash });
  const isThere = rows.some((row) => isLine(row) && idOf(row) === linked);
  useEffect(() => {
    // the browser looked for it before the lines came
    if (isThere) document.getElementById(linked)?.scrollIntoView({ block: "center" });
  }, [isThere, linked]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls with the keyboard
    <section className="log-lines" aria-label="Lines of the log" tabIndex={0}>
      {rows.map((row, place) =>
        isLine(row) ? (
          <Line
            key={row.line}
            jobId={jobId}
            line={row}
            isLinked={idOf(row) === linked}
            isFirst={row.attempt !== attemptBefore(rows, place)}
          />
        ) : (
          <NotKept key={firstOf(row)} gap={row} />
        ),
      )}
    </section>
  );
}

function idOf({ line }: LogLine): string {
  return `line-${line}`;
}

/** The attempt of the line before a place; the first attempt needs no heading. */
function attemptBefore(rows: readonly LogRow[], place: number): number {
  for (let before = place - 1; before >= 0; before -= 1) {
    const row = rows[before];
    if (row !== undefined && isLine(row)) return row.attempt;
  }
  return 1;
}

interface LineProps {
  jobId: string;
  line: LogLine;
  isLinked: boolean;
  /** Whether it is the first line of another attempt. */
  isFirst: boolean;
}

const Line = memo(function Line({ jobId, line, isLinked, isFirst }: LineProps) {
  return (
    <>
      {isFirst && <div className="log-note">Attempt {line.attempt}</div>}
      <div className="log-line" id={idOf(line)} data-level={line.level} data-linked={isLinked}>
        <Link
          to="/jobs/$jobId"
          params={{ jobId }}
          hash={idOf(line)}
          aria-label={`Line ${line.line}`}
        >
          {line.line}
        </Link>
        <time dateTime={line.at} title={toTheSecond(line.at)}>
          {timeOfDay(line.at)}
        </time>
        <span>{line.level}</span>
        <span>{line.source}</span>
        <span className="log-text">{line.text}</span>
      </div>
    </>
  );
});

function NotKept({ gap: { from, through } }: { gap: Gap }) {
  const lines = through === from ? "1 line is" : `${count(through - from + 1)} lines are`;
  return <div className="log-note">{lines} not kept</div>;
}
