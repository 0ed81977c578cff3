/** The result of a job: its error, or its main figures with a link to the full result. */
import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import {
  clock,
  coefficient,
  count,
  finePercent,
  percent,
  ratio,
  signedPercent,
} from "../../format/figures.ts";
import { outcomeOf } from "../../jobTypes.ts";
import type { BacktestSummary } from "../../types/backtests.ts";
import type {
  AutopilotSummary,
  JobOf,
  JobRecord,
  JobType,
  PredictSummary,
  SummaryByType,
  TrainSummary,
} from "../../types/jobs.ts";
import { Facts } from "../answers/Facts.tsx";
import { type Column, LongTable } from "../answers/LongTable.tsx";
import { Panel } from "../answers/Panel.tsx";
import { STEP_WORDS, stepOutcome } from "../autopilot/steps.ts";
import { metricFacts } from "../backtests/metricRows.ts";
import { JobError } from "./JobError.tsx";
import { ResultLink } from "./JobLink.tsx";

export function JobOutcome({ job }: { job: JobRecord }) {
  if (job.error !== null)
    return <JobError type={job.job_type} error={job.error} title="The job failed" />;
  const outcome = outcomeOf(job);
  if (outcome === null) return null;
  const report_deleted_at = reportDeletedAt(job);
  return (
    <Panel title="Result" aside={report_deleted_at === null && <ResultLink job={job} />}>
      <Stack gap="md">
        {report_deleted_at !== null && (
          <Text size="sm">
            The full result was deleted on {clock(report_deleted_at)} to free space. Run the job
            again to see it.
          </Text>
        )}
        <Text size="sm" className="unbroken">
          {outcome}
        </Text>
        {detailsOf(job)}
      </Stack>
    </Panel>
  );
}

/** When the full result was deleted; null: it was not, or there is none. */
export function reportDeletedAt(job: JobRecord): string | null {
  return job.job_type === "backtest" || job.job_type === "predict" ? job.report_deleted_at : null;
}

/** Not in JOB_TYPES, which every page loads: only the page of one job shows these components. */
const DETAILS: { readonly [T in JobType]: (summary: SummaryByType[T]) => ReactNode } = {
  train: Scores,
  predict: Best,
  backtest: BacktestFigures,
  autopilot: Decisions,
};

function detailsOf<T extends JobType>({ job_type, result }: JobOf<T>): ReactNode {
  return result === null ? null : DETAILS[job_type](result);
}

const MAIN_METRICS = ["total_return", "cagr", "sharpe", "max_drawdown", "n_trades"] as const;

function BacktestFigures({ metrics }: BacktestSummary) {
  return <Facts facts={metricFacts(metrics, MAIN_METRICS)} />;
}

type Score = TrainSummary["scores"][number];

const SCORES: readonly Column<Score>[] = [
  { name: "Horizon, days", numeric: true, cell: ({ horizon }) => horizon },
  { name: "Rank IC", numeric: true, cell: ({ rank_ic }) => coefficient(rank_ic) },
  { name: "t", numeric: true, cell: ({ rank_ic_t }) => ratio(rank_ic_t) },
  { name: "Hit rate", numeric: true, cell: ({ hit_rate }) => percent(hit_rate) },
  { name: "Predictions", numeric: true, cell: ({ n_predictions }) => count(n_predictions) },
  { name: "Folds", numeric: true, cell: ({ n_folds }) => count(n_folds) },
];

function Scores({ scores }: TrainSummary) {
  return (
    <LongTable
      label="Scores out of sample"
      columns={SCORES}
      rows={scores}
      keyOf={({ horizon }) => String(horizon)}
      minWidth={480}
    />
  );
}

type Best = PredictSummary["top"][number];

const BEST: readonly Column<Best>[] = [
  { name: "Rank", numeric: true, cell: ({ rank }) => rank },
  { name: "Name", cell: ({ ticker }) => ticker },
  {
    name: "Predicted return",
    numeric: true,
    cell: ({ predicted_return }) => signedPercent(predicted_return),
  },
  { name: "z-score", numeric: true, cell: ({ z_score }) => ratio(z_score) },
  {
    name: "Disagreement",
    numeric: true,
    cell: ({ disagreement }) => finePercent(disagreement),
  },
];

function Best({ top }: PredictSummary) {
  return (
    <LongTable
      label="The best names"
      columns={BEST}
      rows={top}
      keyOf={({ ticker }) => ticker}
      minWidth={480}
    />
  );
}

function Decisions({ decisions }: AutopilotSummary) {
  return (
    <Stack gap={6} component="ol" className="plain-list">
      {decisions.map((decision) => (
        <Group key={decision.step} component="li" gap="xs" align="baseline">
          <Text size="sm">{STEP_WORDS[decision.step].title}</Text>
          <Text size="sm" fw={600}>
            {stepOutcome(decision).words}
          </Text>
          <Text size="sm" c="dimmed" className="unbroken">
            {decision.reason}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
