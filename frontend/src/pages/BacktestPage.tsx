/** One backtest: live while it runs, and then its result. */
import { Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useJob } from "../api/queries/useJobs.ts";
import { ErrorNotice } from "../components/answers/ErrorNotice.tsx";
import { BacktestResult } from "../components/backtests/BacktestResult.tsx";
import { CancelButton } from "../components/jobs/CancelButton.tsx";
import { JobProgress, JobStatusBadge } from "../components/jobs/JobProgress.tsx";
import { ParameterLine } from "../components/jobs/ParameterLine.tsx";
import { clock } from "../figures.ts";
import { backtestParameters } from "../parameters.ts";
import type { BacktestJob, JobRecord } from "../types/jobs.ts";

const route = getRouteApi("/backtests/$jobId");

export function BacktestPage() {
  const { jobId } = route.useParams();
  const { data: job, error } = useJob(jobId);
  return (
    <Stack gap="lg">
      {error !== null && <ErrorNotice error={error} title="This job could not be read" />}
      {job === undefined && error === null && <Skeleton h={160} />}
      {job !== undefined && <Job job={job} />}
    </Stack>
  );
}

function Job({ job }: { job: JobRecord }) {
  if (job.job_type !== "backtest") {
    return <Text c="dimmed">This job is not a backtest, so there is no curve to show.</Text>;
  }
  return (
    <>
      <BacktestHeader job={job} />
      {job.status === "failed" && job.error !== null && (
        <Paper className="surface" p="lg" role="alert">
          <Text fw={600}>The backtest failed</Text>
          <Text size="sm">{job.error.message}</Text>
          <Text size="xs" c="dimmed">
            {job.error.code}
          </Text>
        </Paper>
      )}
      {job.status === "succeeded" && <BacktestResult jobId={job.job_id} />}
    </>
  );
}

function BacktestHeader({ job }: { job: BacktestJob }) {
  const over = job.status === "succeeded";
  return (
    <Paper className="surface" p="lg">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={1} size="h3">
              Backtest
            </Title>
            <JobStatusBadge job={job} />
            <Text size="sm" c="dimmed">
              {job.result === null
                ? clock(job.created_at)
                : `${job.result.first_date} to ${job.result.last_date}`}
            </Text>
          </Group>
          <Group gap="sm">
            <CancelButton job={job} />
          </Group>
        </Group>
        {!over && <JobProgress job={job} />}
        <ParameterLine parameters={backtestParameters(job.params)} />
      </Stack>
    </Paper>
  );
}
