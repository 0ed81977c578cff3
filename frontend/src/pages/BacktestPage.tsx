/** One backtest: its progress, then its result. */
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useJob } from "../api/queries/useJobs.ts";
import { Answer } from "../components/answers/Answer.tsx";
import { Empty } from "../components/answers/Empty.tsx";
import { BacktestResult } from "../components/backtests/BacktestResult.tsx";
import { JobActions } from "../components/jobs/JobActions.tsx";
import { JobError } from "../components/jobs/JobError.tsx";
import { JobAnchor } from "../components/jobs/JobLink.tsx";
import { JobOutcome } from "../components/jobs/JobOutcome.tsx";
import { JobProgress, JobStatusBadge } from "../components/jobs/JobProgress.tsx";
import { ParameterLine } from "../components/jobs/ParameterLine.tsx";
import { parametersOfType } from "../components/jobs/parameters.ts";
import { clock } from "../format/figures.ts";
import { JOB_TYPES } from "../jobTypes.ts";
import type { BacktestJob, JobRecord, JobStatus } from "../types/jobs.ts";

const route = getRouteApi("/backtests/$jobId");

export function BacktestPage() {
  const { jobId } = route.useParams();
  const query = useJob(jobId);
  return (
    <Stack gap="lg">
      {query.data === undefined && (
        <Title order={1} size="h3">
          Backtest
        </Title>
      )}
      <Answer query={query} title="This job could not be read">
        {(job) => (
          <Stack gap="lg">
            <Job key={job.job_id} job={job} />
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

function Job({ job }: { job: JobRecord }) {
  if (job.job_type !== "backtest") return <OtherJob job={job} />;
  return (
    <>
      <BacktestHeader job={job} />
      {job.error !== null && (
        <JobError type="backtest" error={job.error} title="The backtest failed" />
      )}
      {job.status === "succeeded" && job.report_deleted_at === null && (
        <BacktestResult jobId={job.job_id} />
      )}
      {job.report_deleted_at !== null && <JobOutcome job={job} />}
    </>
  );
}

function OtherJob({ job }: { job: JobRecord }) {
  return (
    <Paper className="surface" p="lg">
      <Title order={1} size="h3">
        Not a backtest
      </Title>
      <Empty what={`The type of this job is ${JOB_TYPES[job.job_type].label}`}>
        It has no backtest to show. <JobAnchor jobId={job.job_id}>Go to the job</JobAnchor>
      </Empty>
    </Paper>
  );
}

/** Explanation where there is no result; null: the result is shown. */
const EXPLANATIONS: Readonly<Record<JobStatus, string | null>> = {
  queued: "The backtest starts when a worker is free. The result then appears here.",
  running: "The result appears here when the backtest has finished.",
  succeeded: null,
  failed: "There is no result. Fix the problem below, then choose Run with changes.",
  cancelled: "The backtest was cancelled before it finished, so there is no result.",
};

function BacktestHeader({ job }: { job: BacktestJob }) {
  const explanation = EXPLANATIONS[job.status];
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
              {clock(job.completed_at ?? job.created_at)}
            </Text>
          </Group>
          <JobActions job={job} />
        </Group>
        {explanation !== null && (
          <>
            {/* JobError shows the error */}
            {job.error === null && <JobProgress job={job} />}
            <Text size="sm">{explanation}</Text>
          </>
        )}
        <ParameterLine parameters={parametersOfType("backtest", job.params)} />
      </Stack>
    </Paper>
  );
}
