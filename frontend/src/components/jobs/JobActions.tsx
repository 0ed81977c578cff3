/** The actions on a job: cancel, run again, run with changes, copy as curl. */
import { Button, Group } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useDeleteJob, useDeleteReport } from "../../api/queries/useJobs.ts";
import { count } from "../../format/figures.ts";
import { type DeletedJob, isFinal, type JobRecord } from "../../types/jobs.ts";
import { DeleteButton } from "../answers/DeleteButton.tsx";
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
      {hasReport(job) && <DeleteReport jobId={job.job_id} />}
      {isFinal(job) && <DeleteJob job={job} />}
    </Group>
  );
}

function DeleteJob({ job }: { job: JobRecord }) {
  const navigate = useNavigate();
  const deletion = useDeleteJob();
  return (
    <DeleteButton
      what="this job"
      consequence="Its record, its log and its results are deleted."
      isPending={deletion.isPending}
      error={deletion.error}
      onDelete={() => deletion.mutate(job.job_id)}
      deleted={deletion.data === undefined ? null : deletedText(deletion.data)}
      onClosed={() => void navigate({ to: "/jobs" })}
    />
  );
}

function deletedText({ events, log_lines, report, signals }: DeletedJob): string {
  const parts = [
    "its record",
    count(events) + (events === 1 ? " event" : " events"),
    count(log_lines) + (log_lines === 1 ? " line of its log" : " lines of its log"),
    ...(report ? ["the result"] : []),
    ...(signals ? ["the predictions"] : []),
  ];
  return `The job was deleted: ${parts.join(", ")}.`;
}

function hasReport(job: JobRecord): boolean {
  if (job.job_type !== "backtest" && job.job_type !== "predict") return false;
  return job.status === "succeeded" && job.report_deleted_at === null;
}

function DeleteReport({ jobId }: { jobId: string }) {
  const deletion = useDeleteReport();
  return (
    <DeleteButton
      label="Delete the result only"
      what="the result of this job"
      consequence="The record of the job and its log stay."
      isPending={deletion.isPending}
      error={deletion.error}
      onDelete={() => deletion.mutate(jobId)}
      // the button is gone as soon as the record says so
      deleted={null}
      onClosed={() => undefined}
    />
  );
}
