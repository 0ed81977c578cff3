/** A live list of the latest jobs of a type. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { useJob, useJobIds } from "../../api/queries/useJobs.ts";
import { clock } from "../../format/figures.ts";
import type { JobRecord, JobType } from "../../types/jobs.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { OlderButton } from "../answers/OlderButton.tsx";
import { CancelButton } from "../jobs/CancelButton.tsx";
import { JobLink } from "../jobs/JobLink.tsx";
import { JobProgress, JobStatusBadge } from "../jobs/JobProgress.tsx";

interface Props {
  jobType: JobType;
  /** How many are shown before the user expands the list. */
  shown: number;
  empty: string;
}

export function RecentJobs({ jobType, shown, empty }: Props) {
  const list = useJobIds({ status: null, job_type: jobType });
  const [open, setOpen] = useState(false);
  return (
    <Answer query={list} title="The jobs could not be read">
      {(ids) => (
        <Stack gap="md">
          {ids.length === 0 && <Empty what="None yet">{empty}</Empty>}
          {ids.slice(0, open ? ids.length : shown).map((id) => (
            <JobLine key={id} jobId={id} />
          ))}
          <Group gap="sm">
            {ids.length > shown && (
              <Button size="compact-sm" variant="default" onClick={() => setOpen(!open)}>
                {open ? `Only the latest ${shown}` : `Show all ${ids.length}`}
              </Button>
            )}
            {ids.length > 0 && (
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to="/jobs" search={{ job_type: jobType }} {...props} />
                )}
              >
                Show in the list of jobs
              </Anchor>
            )}
          </Group>
          {open && <OlderButton list={list} />}
        </Stack>
      )}
    </Answer>
  );
}

const JobLine = memo(function JobLine({ jobId }: { jobId: string }) {
  const { data: job } = useJob(jobId);
  return job === undefined ? null : <Line job={job} />;
});

function Line({ job }: { job: JobRecord }) {
  return (
    <Stack gap={6} className="job-line">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm">
          <JobLink job={job} />
          <JobStatusBadge job={job} />
          <Text size="xs" c="dimmed" className="figures">
            {clock(job.created_at)}
          </Text>
        </Group>
        <CancelButton job={job} />
      </Group>
      <JobProgress job={job} />
    </Stack>
  );
}
