/** How far one job is: bar, stage, time. */
import { Badge, Group, Progress, Stack, Text } from "@mantine/core";
import { duration } from "../../figures.ts";
import { useNow } from "../../hooks/useNow.ts";
import { backtestOutcome, trainingOutcome } from "../../outcomes.ts";
import { isFinal, type JobRecord, type JobStatus } from "../../types/jobs.ts";

const COLORS: Readonly<Record<JobStatus, string>> = {
  queued: "gray",
  running: "accent",
  succeeded: "#237a36",
  failed: "red.9",
  cancelled: "gray",
};

/** What asks for a look. */
const FILLED: Readonly<Record<JobStatus, boolean>> = {
  queued: false,
  running: true,
  succeeded: true,
  failed: true,
  cancelled: false,
};

export function JobStatusBadge({ job }: { job: JobRecord }) {
  const cancelling = job.cancel_requested && !isFinal(job);
  return (
    <Badge
      variant={cancelling || FILLED[job.status] ? "filled" : "default"}
      color={cancelling ? "orange.9" : COLORS[job.status]}
    >
      {cancelling ? "cancelling" : job.status}
    </Badge>
  );
}

export function JobProgress({ job }: { job: JobRecord }) {
  const running = job.status === "running";
  return (
    <Stack gap={4}>
      <Progress
        value={job.progress * 100}
        color={COLORS[job.status]}
        animated={running}
        aria-label={`Progress of ${job.job_type}`}
      />
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate={job.error === null}>
          {stage(job)}
        </Text>
        <Elapsed job={job} />
      </Group>
    </Stack>
  );
}

function stage(job: JobRecord): string {
  if (job.error !== null) return job.error.message;
  if (job.job_type === "backtest" && job.result !== null) return backtestOutcome(job.result);
  if (job.job_type === "train" && job.result !== null) return trainingOutcome(job.result);
  if (job.status === "queued") return job.attempt > 0 ? "Back in the queue" : "Waiting its turn";
  const again = job.attempt > 1 ? ` (attempt ${job.attempt})` : "";
  return `${job.progress_message ?? ""}${again}`;
}

function Elapsed({ job }: { job: JobRecord }) {
  const running = job.status === "running";
  const now = useNow(running);
  if (job.started_at === null) return null;
  const end = job.completed_at === null ? now : Date.parse(job.completed_at);
  const seconds = (end - Date.parse(job.started_at)) / 1000;
  // a straight line through so little would promise too much
  const left =
    running && job.progress > 0.05 ? (seconds / job.progress) * (1 - job.progress) : null;
  return (
    <Text size="xs" c="dimmed" className="figures" style={{ whiteSpace: "nowrap" }}>
      {duration(seconds)}
      {left === null ? "" : ` · about ${duration(left)} left`}
    </Text>
  );
}
