/** Links to a job: to its own page, and to the page that shows its result. */
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { JOB_TYPES } from "../../jobTypes.ts";
import type { JobOf, JobRecord, JobType } from "../../types/jobs.ts";

export function JobAnchor({ jobId, children }: { jobId: string; children: ReactNode }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/jobs/$jobId" params={{ jobId }} {...props} />}
    >
      {children}
    </Anchor>
  );
}

export function JobLink({ job }: { job: JobRecord }) {
  return <JobAnchor jobId={job.job_id}>{JOB_TYPES[job.job_type].label}</JobAnchor>;
}

/** Renders nothing unless the job succeeded. */
export function ResultLink<T extends JobType>({ job }: { job: JobOf<T> }) {
  const { job_type, job_id, result } = job;
  if (result === null) return null;
  const { resultLabel, resultLink } = JOB_TYPES[job_type];
  const link = resultLink({ job_id, result });
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...link} {...props} />}>
      {resultLabel}
    </Anchor>
  );
}
