/** Where backtests are asked for, and where those that are finished are listed. */
import { Grid } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useJob } from "../api/queries/useJobs.ts";
import { Answer } from "../components/answers/Answer.tsx";
import { Panel } from "../components/answers/Panel.tsx";
import { BacktestForm } from "../components/forms/BacktestForm.tsx";
import { BACKTEST_REQUEST_DEFAULTS } from "../types/compute.ts";

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
        <Panel title="Finished backtests">{null}</Panel>
      </Grid.Col>
    </Grid>
  );
}

function FormLike({ jobId }: { jobId: string }) {
  return (
    <Answer query={useJob(jobId)} title="The earlier backtest could not be read" height={480}>
      {(job) => (
        <BacktestForm
          initial={job.job_type === "backtest" ? job.params : BACKTEST_REQUEST_DEFAULTS}
        />
      )}
    </Answer>
  );
}
