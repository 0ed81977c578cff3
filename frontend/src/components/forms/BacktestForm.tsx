/** The form for a backtest, or for the model that it needs, with every field of the contract. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useSubmit } from "../../api/queries/useCompute.ts";
import { useJob } from "../../api/queries/useJobs.ts";
import { useModelAge } from "../../api/queries/useSystemHealth.ts";
import { clock, days } from "../../format/figures.ts";
import { requestLike } from "../../jobTypes.ts";
import { BACKTEST_REQUEST_FIELDS, type ValuesOf } from "../../types/compute.ts";
import type { ModelAge } from "../../types/systemHealth.ts";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { JobAnchor } from "../jobs/JobLink.tsx";
import { JobProgress, JobStatusBadge } from "../jobs/JobProgress.tsx";
import { ContractForm, type Section, universeLabel } from "./ContractForm.tsx";
import { useContractForm } from "./useContractForm.ts";

type BacktestValues = ValuesOf<"BacktestRequest">;

const SECTIONS: readonly Section<BacktestValues>[] = [
  { title: "Model and data", fields: ["horizon", "years", "feature_mode", "version"] },
  { title: "Names", fields: ["tickers", "full_universe"] },
];

export function BacktestForm({ initial }: { initial: BacktestValues }) {
  const state = useContractForm<BacktestValues>(BACKTEST_REQUEST_FIELDS, initial);
  const navigate = useNavigate();
  const backtest = useSubmit("backtest");
  const train = useSubmit("train");

  function runBacktest(values: BacktestValues): void {
    train.reset();
    backtest.mutate(values, {
      onSuccess: (job) => void navigate({ to: "/backtests/$jobId", params: { jobId: job.job_id } }),
      onError: state.markErrors,
    });
  }
  const runTraining = state.form.onSubmit((values) => {
    backtest.reset();
    train.mutate(requestLike("train", values), { onError: state.markErrors });
  });

  return (
    <ContractForm
      state={state}
      sections={SECTIONS}
      rest="Trading"
      emptyLabel={universeLabel(state.form.values.full_universe)}
      error={backtest.error ?? train.error}
      onSubmit={runBacktest}
      buttons={
        <>
          <Button type="submit" loading={backtest.isPending}>
            Run backtest
          </Button>
          <Button
            variant="default"
            loading={train.isPending}
            onClick={() => runTraining()}
            title="Trains a new model version for this horizon, feature set and these names."
          >
            Train a model
          </Button>
        </>
      }
    >
      <ModelHint />
      {train.data !== undefined && <Training jobId={train.data.job_id} />}
    </ContractForm>
  );
}

/** The progress of the training that was submitted here. */
function Training({ jobId }: { jobId: string }) {
  const { data: job } = useJob(jobId);
  if (job === undefined) return null;
  return (
    <Stack gap={6} role="group" aria-label="Submitted training">
      <Group gap="sm">
        <JobAnchor jobId={jobId}>Training {jobId.slice(0, 8)}</JobAnchor>
        <JobStatusBadge job={job} />
      </Group>
      <JobProgress job={job} />
    </Stack>
  );
}

function ModelHint() {
  const { data, error } = useModelAge();
  if (error !== null) {
    return <ErrorNotice error={error} title="The latest model could not be read" />;
  }
  if (data === undefined) return null;
  if (data.status !== "absent") {
    const { version, trained_at, status } = data;
    return (
      <Text size="sm" c="dimmed">
        The latest model, {version}, is {status}: {age(data)}
        {trained_at === null ? "" : `, trained ${clock(trained_at)}`}.
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      There is no model yet, and a backtest needs one. Train a model first, then run the backtest.
    </Text>
  );
}

const UNTIL: Readonly<Record<ModelAge["relative_to"], string>> = {
  now: "",
  last_bar: " at the last bar",
};

/** On demo data, the age is counted to the last bar. */
function age({ age_days, relative_to }: ModelAge): string {
  return age_days === null ? "age unknown" : `${days(age_days)} old${UNTIL[relative_to]}`;
}
