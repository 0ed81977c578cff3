/** A job's name, which leads to its page; and what came of it, where that has a page of its own. */
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { JobRecord } from "../../types/jobs.ts";
import { VersionLink } from "../models/VersionLink.tsx";
import { JOB_NAMES } from "./jobNames.ts";

export function JobLink({ job }: { job: JobRecord }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/jobs/$jobId" params={{ jobId: job.job_id }} {...props} />}
    >
      {JOB_NAMES[job.job_type]}
    </Anchor>
  );
}

/** Nothing unless the job succeeded. */
export function ResultLink({ job }: { job: JobRecord }) {
  if (job.result === null) return null;
  switch (job.job_type) {
    case "backtest":
      return (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/backtests/$jobId" params={{ jobId: job.job_id }} {...props} />
          )}
        >
          Report
        </Anchor>
      );
    case "train":
      return <VersionLink version={job.result.version} words="Model" />;
    case "predict":
      return (
        <Anchor size="sm" renderRoot={(props) => <Link to="/signals" {...props} />}>
          Signals
        </Anchor>
      );
    case "autopilot":
      return (
        <Anchor size="sm" renderRoot={(props) => <Link to="/autopilot" {...props} />}>
          Cycle
        </Anchor>
      );
  }
}
