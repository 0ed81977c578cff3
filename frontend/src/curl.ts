/** A job as the command that asks for the same once more. */
import { currentToken } from "./api/token.ts";
import type { PathOf } from "./types/api.ts";
import type { JobRecord, JobType } from "./types/jobs.ts";

const PATHS = {
  train: "/api/compute/train",
  predict: "/api/compute/predict",
  backtest: "/api/compute/backtest",
  autopilot: "/api/compute/autopilot",
} as const satisfies Readonly<Record<JobType, PathOf<"post">>>;

/**
 * Every parameter is written out: what the command asks for does not change with the defaults of a later
 * version. The token is named and never written.
 */
export function curlOf(job: JobRecord): string {
  const lines = [
    `curl -X POST ${quoted(location.origin + PATHS[job.job_type])}`,
    "-H 'Content-Type: application/json'",
    ...(currentToken() === null ? [] : ['-H "Authorization: Bearer $QUANT_ENGINE_API_TOKEN"']),
    `-d ${quoted(JSON.stringify(job.params))}`,
  ];
  return lines.join(" \\\n  ");
}

/** Nothing in single quotes means anything to a shell, but for the quote that ends them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
