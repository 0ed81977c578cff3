/** The progress of a job: bar, stage and time; and the outcome once it has finished. */
import { Badge, Group, Progress, Stack, Text } from "@mantine/core";
import { percentDone, runSeconds, secondsLeft } from "../../format/derived.ts";
import { duration, share } from "../../format/figures.ts";
import { useNow } from "../../hooks/useNow.ts";
import { JOB_TYPES, outcomeOf } from "../../jobTypes.ts";
import { isFinal, type JobRecord, type JobStatus } from "../../types/jobs.ts";

const COLORS: Readonly<Record<JobStatus, string>> = {
  queued: "gray",
  running: "accent",
  succeeded: "#237a36",
  failed: "red.9",
  cancelled: "gray",
};

/** Filled badges draw attention; in a long list the others stay quiet. */
const VARIANTS: Readonly<Record<JobStatus, "filled" | "dot">> = {
  queued: "dot",
  running: "filled",
  succeeded: "dot",
  failed: "filled",
  cancelled: "dot",
};

/** Below this progress, the remaining time cannot be estimated. */
const ESTIMABLE_FROM = 0.05;

export function JobStatusBadge({ job }: { job: JobRecord }) {
  const cancelling = job.cancel_requested && !isFinal(job);
  return (
    <Badge
      variant={cancelling ? "filled" : VARIANTS[job.status]}
      color={cancelling ? "orange.9" : COLORS[job.status]}
    >
      {cancelling ? "cancelling" : job.status}
    </Badge>
  );
}

export function JobProgress({ job }: { job: JobRecord }) {
  const text = stageText(job);
  return (
    <Stack gap={4}>
      {job.status === "running" && (
        <Progress
          value={percentDone(job)}
          color={job.cancel_requested ? "orange.9" : COLORS[job.status]}
          aria-label={`Progress of the ${JOB_TYPES[job.job_type].label.toLowerCase()}`}
        />
      )}
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Text size="xs" c="dimmed" lineClamp={2} title={text} className="unbroken">
          {text}
        </Text>
        <Elapsed job={job} />
      </Group>
    </Stack>
  );
}

/** The stage of a job in words, for any status. */
export function stageText(job: JobRecord): string {
  if (job.error !== null) return job.error.message;
  const message = job.progress_message ?? "";
  const reached = message === "" ? share(job.progress) : `${share(job.progress)} · ${message}`;
  switch (job.status) {
    case "queued":
      return job.attempt > 0 ? "Back in the queue" : "Waiting in the queue";
    case "running": {
      if (job.cancel_requested) return `${reached} · cancelling`;
      return job.attempt > 1 ? `${reached} (attempt ${job.attempt})` : reached;
    }
    case "succeeded":
      return outcomeOf(job) ?? message;
    case "failed":
      return message;
    case "cancelled":
      return job.started_at === null ? "Cancelled before it started" : `Cancelled at ${reached}`;
  }
}

function Elapsed({ job }: { job: JobRecord }) {
  const running = job.status === "running";
  const now = useNow(running);
  const seconds = runSeconds(job, now);
  if (seconds === null) return null;
  const estimable = running && !job.cancel_requested && job.progress > ESTIMABLE_FROM;
  const left = estimable ? secondsLeft(job, now) : null;
  return (
    <Text size="xs" c="dimmed" className="figures" style={{ whiteSpace: "nowrap" }}>
      {duration(seconds)}
      {left === null ? "" : ` · about ${duration(left)} left`}
    </Text>
  );
}
