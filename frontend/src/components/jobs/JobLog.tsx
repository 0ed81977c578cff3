/** Everything that happened to a job, newest first, one row a revision. */
import { Text } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import { type JobLog as Log, type LogEntry, useJobLog } from "../../api/queries/useJobLog.ts";
import { share, toTheSecond } from "../../format/figures.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { Answer } from "../answers/Answer.tsx";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { stage } from "./JobProgress.tsx";

const SHOWN_AT_ONCE = 50;

const COLUMNS: readonly Column<LogEntry>[] = [
  { name: "Revision", numeric: true, cell: ({ job }) => job.revision },
  { name: "Event", cell: ({ event }) => event },
  { name: "What was said", cell: ({ job }) => said(job) },
  { name: "Status", cell: ({ job }) => job.status },
  { name: "Progress", numeric: true, cell: ({ job }) => share(job.progress) },
  { name: "Attempt", numeric: true, cell: ({ job }) => job.attempt },
  {
    name: "Time",
    meaning: "Of the start of an attempt and of the end: only these are written down.",
    cell: timeOf,
  },
];

export function JobLog({ job }: { job: JobRecord }) {
  return (
    <Answer query={useJobLog(job.job_id, job.revision)} title="The log could not be read">
      {(log) => <Entries log={log} />}
    </Answer>
  );
}

function Entries({ log }: { log: Log }) {
  // many events in a second may wait for each other, but what is clicked may not wait for them
  const { entries, isCut } = useDeferredValue(log);
  const newestFirst = useMemo(() => entries.toReversed(), [entries]);
  if (newestFirst.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing has happened yet: the job waits its turn.
      </Text>
    );
  }
  return (
    <>
      {isCut && (
        <Text size="sm" c="dimmed" mb="xs">
          Older entries are no longer kept by the service.
        </Text>
      )}
      <LongTable
        label="Log of the job"
        columns={COLUMNS}
        rows={newestFirst}
        keyOf={({ job }) => String(job.revision)}
        minWidth={680}
        size={SHOWN_AT_ONCE}
      />
    </>
  );
}

function said(job: JobRecord): string {
  if (job.error !== null) return job.error.message;
  if (job.status === "queued") return stage(job);
  if (job.cancel_requested && !isFinal(job)) return "Cancelling was asked for";
  return job.progress_message ?? "–";
}

function timeOf({ event, job }: LogEntry): string {
  const time = event === "started" ? job.started_at : job.completed_at;
  return time === null ? "–" : toTheSecond(time);
}
