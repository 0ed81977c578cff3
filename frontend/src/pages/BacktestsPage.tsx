/** The form for backtests, and the finished ones. */
import { Anchor, Grid, Group, Stack, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useJob } from "../api/queries/useJobs.ts";
import { Answer } from "../components/answers/Answer.tsx";
import { Panel } from "../components/answers/Panel.tsx";
import { BacktestPicker } from "../components/backtests/BacktestPicker.tsx";
import { BacktestForm } from "../components/forms/BacktestForm.tsx";
import { JobAnchor } from "../components/jobs/JobLink.tsx";
import { clock } from "../format/figures.ts";
import { BACKTEST_REQUEST_DEFAULTS } from "../types/compute.ts";
import type { JobRecord } from "../types/jobs.ts";

const route = getRouteApi("/backtests");

export function BacktestsPage() {
  const { from } = route.useSearch();
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title="New backtest" order={1}>
          {from === undefined ? (
            <BacktestForm initial={BACKTEST_REQUEST_DEFAULTS} />
          ) : (
            <FormLike key={from} jobId={from} />
          )}
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Panel title="Finished backtests">
          <BacktestPicker initial={[]} />
        </Panel>
      </Grid.Col>
    </Grid>
  );
}

function FormLike({ jobId }: { jobId: string }) {
  const earlier = useJob(jobId);
  const unreadable = earlier.data === undefined && earlier.error !== null;
  return (
    <Stack gap="md">
      <Answer query={earlier} title="The earlier run could not be read" height={480}>
        {(job) => (
          <Stack gap="md">
            <FilledFrom job={job} />
            <BacktestForm
              initial={job.job_type === "backtest" ? job.params : BACKTEST_REQUEST_DEFAULTS}
            />
          </Stack>
        )}
      </Answer>
      {unreadable && <BacktestForm initial={BACKTEST_REQUEST_DEFAULTS} />}
    </Stack>
  );
}

function FilledFrom({ job }: { job: JobRecord }) {
  const jobId = job.job_id;
  const name = `${jobId.slice(0, 8)} of ${clock(job.created_at)}`;
  if (job.job_type !== "backtest") {
    return (
      <Text size="sm" role="note">
        The job <JobAnchor jobId={jobId}>{name}</JobAnchor> is not a backtest, so the form has the
        defaults.
      </Text>
    );
  }
  return (
    <Group gap="xs" justify="space-between">
      <Text size="sm" role="note">
        The form has the parameters of the backtest{" "}
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/backtests/$jobId" params={{ jobId }} {...props} />}
        >
          {name}
        </Anchor>
        .
      </Text>
      <Anchor size="sm" renderRoot={(props) => <Link to="/backtests" {...props} />}>
        Use the defaults
      </Anchor>
    </Group>
  );
}
