/** The research cycles that are queued or running, live, and the last finished ones. */
import { Group, Stack, Text } from "@mantine/core";
import { useJob, useJobIds } from "../../api/queries/useJobs.ts";
import { clock } from "../../format/figures.ts";
import { useNewDecisions } from "../../hooks/useNewDecisions.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { Answer } from "../answers/Answer.tsx";
import { CancelButton } from "../jobs/CancelButton.tsx";
import { JobLink } from "../jobs/JobLink.tsx";
import { JobProgress, JobStatusBadge } from "../jobs/JobProgress.tsx";
import { CYCLES } from "./cycleJobs.ts";

/** Number of finished cycles shown. */
const SHOWN = 3;

export function RecentCycles() {
  return (
    <Answer query={useJobIds(CYCLES)} title="The cycles could not be read" height={80}>
      {(ids) =>
        ids.length === 0 ? (
          <Text size="sm" c="dimmed">
            No cycles yet.
          </Text>
        ) : (
          <Stack gap="md" component="ul" className="plain-list">
            {ids.map((id, index) => (
              <CycleRow key={id} jobId={id} always={index < SHOWN} />
            ))}
          </Stack>
        )
      }
    </Answer>
  );
}

function CycleRow({ jobId, always }: { jobId: string; always: boolean }) {
  const { data: job } = useJob(jobId);
  return job === undefined || !(always || !isFinal(job)) ? null : <Cycle job={job} />;
}

function Cycle({ job }: { job: JobRecord }) {
  useNewDecisions(job);
  return (
    <li>
      <Group justify="space-between" gap="xs" mb={4}>
        <Group gap="xs">
          <JobLink job={job} />
          <Text size="xs" c="dimmed">
            {clock(job.created_at)}
          </Text>
        </Group>
        <Group gap="xs">
          <JobStatusBadge job={job} />
          <CancelButton job={job} />
        </Group>
      </Group>
      <JobProgress job={job} />
    </li>
  );
}
