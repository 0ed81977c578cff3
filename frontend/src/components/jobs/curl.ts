/** The curl command that requests a job again. */
import { currentToken } from "../../api/token.ts";
import { JOB_TYPES } from "../../jobTypes.ts";
import type { JobRecord } from "../../types/jobs.ts";

/**
 * Every parameter is written out, so that the command requests the same when a later version has other
 * defaults. The token is the shell's variable and never its value.
 */
export function curlOf(job: JobRecord): string {
  const lines = [
    `curl -X POST ${quoted(location.origin + JOB_TYPES[job.job_type].path)}`,
    "-H 'Content-Type: application/json'",
    ...(currentToken() === null ? [] : ['-H "Authorization: Bearer $QUANT_ENGINE_API_TOKEN"']),
    `-d ${quoted(JSON.stringify(job.params))}`,
  ];
  return lines.join(" \\\n  ");
}

/** In single quotes a shell interprets nothing but the closing quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
