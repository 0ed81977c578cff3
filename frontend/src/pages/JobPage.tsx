/** One job: progress, result, log, parameters and history. */
import { Group, Paper, Stack, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useJob } from "../api/queries/useJobs.ts";
import { Answer } from "../components/answers/Answer.tsx";
import { Panel } from "../components/answers/Panel.tsx";
import { JobActions } from "../components/jobs/JobActions.tsx";
import { JobFacts } from "../components/jobs/JobFacts.tsx";
import { JobLog } from "../components/jobs/JobLog.tsx";
import { JobOutcome } from "../components/jobs/JobOutcome.tsx";
import { JobProgress, JobStatusBadge } from "../components/jobs/JobProgress.tsx";
import { LogPanel } from "../components/jobs/LogPanel.tsx";
import { ParameterTable } from "../components/jobs/ParameterTable.tsx";
import { parametersOf } from "../components/jobs/parameters.ts";
import { JOB_TYPES } from "../jobTypes.ts";
import type { JobRecord } from "../types/jobs.ts";

const route = getRouteApi("/jobs/$jobId");

export function JobPage() {
  const { jobId } = route.useParams();
  const query = useJob(jobId);
  return (
    <Stack gap="lg">
      {query.data === undefined && (
        <Title order={1} size="h3">
          Job
        </Title>
      )}
      <Answer query={query} title="This job could not be read">
        {(job) => <Job key={job.job_id} job={job} />}
      </Answer>
    </Stack>
  );
}

function Job({ job }: { job: JobRecord }) {
  return (
    <Stack gap="lg">
      <JobHeader job={job} />
      <JobOutcome job={job} />
      <LogPanel job={job} />
      <Panel title="Parameters">
        <ParameterTable parameters={parametersOf(job)} />
      </Panel>
      <Panel title="History">
        <JobLog job={job} />
      </Panel>
    </Stack>
  );
}

function JobHeader({ job }: { job: JobRecord }) {
  // JobOutcome shows the result in full
  const over = job.result !== null || job.error !== null;
  return (
    <Paper className="surface" p="lg">
      <Stack gap="md">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={1} size="h3">
              {JOB_TYPES[job.job_type].label}
            </Title>
            <JobStatusBadge job={job} />
          </Group>
          <JobActions job={job} />
        </Group>
        {!over && <JobProgress job={job} />}
        <JobFacts job={job} />
      </Stack>
    </Paper>
  );
}
