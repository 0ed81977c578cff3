/** The actions on a job: cancel, run again, run with changes, copy as curl. */
import { Button, Group } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { JobRecord } from "../../types/jobs.ts";
import { CancelButton } from "./CancelButton.tsx";
import { CurlButton } from "./CurlButton.tsx";
import { RunAgainButton } from "./RunAgainButton.tsx";

export function JobActions({ job }: { job: JobRecord }) {
  const navigate = useNavigate();
  function follow({ job_id, job_type }: JobRecord): void {
    const to = job_type === "backtest" ? "/backtests/$jobId" : "/jobs/$jobId";
    void navigate({ to, params: { jobId: job_id } });
  }
  return (
    <Group gap="xs">
      <CancelButton job={job} />
      <RunAgainButton job={job} onSubmitted={follow} />
      {job.job_type === "backtest" && (
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(props) => <Link to="/backtests" search={{ from: job.job_id }} {...props} />}
        >
          Run with changes
        </Button>
      )}
      <CurlButton job={job} name="Copy as curl" />
    </Group>
  );
}
