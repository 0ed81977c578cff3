/** The history of a job, newest first, one row per revision. */
import { Text } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import { type JobLog as Log, type LogEntry, useJobLog } from "../../api/queries/useJobLog.ts";
import { share, toTheSecond } from "../../format/figures.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { Answer } from "../answers/Answer.tsx";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { stageText } from "./JobProgress.tsx";

const SHOWN_AT_ONCE = 50;

const COLUMNS: readonly Column<LogEntry>[] = [
  { name: "Revision", numeric: true, cell: ({ job }) => job.revision },
  { name: "Event", cell: ({ event }) => event },
  { name: "Message", cell: ({ job }) => messageOf(job) },
  { name: "Status", cell: ({ job }) => job.status },
  { name: "Progress", numeric: true, cell: ({ job }) => share(job.progress) },
  { name: "Attempt", numeric: true, cell: ({ job }) => job.attempt },
  {
    name: "Time",
    meaning: "Recorded for the start and the end of an attempt only.",
    cell: timeOf,
  },
];

export function JobLog({ job }: { job: JobRecord }) {
  return (
    <Answer query={useJobLog(job.job_id, job.revision)} title="The history could not be read">
      {(log) => <Entries log={log} />}
    </Answer>
  );
}

function Entries({ log }: { log: Log }) {
  // deferred, so that many events in a second do not delay a click
  const { entries, isCut } = useDeferredValue(log);
  const newestFirst = useMemo(() => entries.toReversed(), [entries]);
  if (newestFirst.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No entries yet: the job is waiting in the queue.
      </Text>
    );
  }
  return (
    <>
      {isCut && (
        <Text size="sm" c="dimmed" mb="xs">
          The service no longer keeps older entries.
        </Text>
      )}
      <LongTable
        label="History of the job"
        columns={COLUMNS}
        rows={newestFirst}
        keyOf={({ job }) => String(job.revision)}
        minWidth={680}
        size={SHOWN_AT_ONCE}
      />
    </>
  );
}

function messageOf(job: JobRecord): string {
  if (job.error !== null) return job.error.message;
  if (job.status === "queued") return stageText(job);
  if (job.cancel_requested && !isFinal(job)) return "Cancellation requested";
  return job.progress_message ?? "–";
}

function timeOf({ event, job }: LogEntry): string {
  const time = event === "started" ? job.started_at : job.completed_at;
  return time === null ? "–" : toTheSecond(time);
}
