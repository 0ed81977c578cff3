/** A job's name; a backtest's leads to its page. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { JobRecord, JobType } from "../../types/jobs.ts";

const NAMES: Readonly<Record<JobType, string>> = {
  train: "Training",
  predict: "Prediction",
  backtest: "Backtest",
  autopilot: "Autopilot",
};

export function JobLink({ job }: { job: JobRecord }) {
  const name = NAMES[job.job_type];
  if (job.job_type !== "backtest") return <Text size="sm">{name}</Text>;
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link to="/backtests/$jobId" params={{ jobId: job.job_id }} {...props} />
      )}
    >
      {name}
    </Anchor>
  );
}
