/** The filter for jobs that are research cycles. */
import type { JobFilter } from "../../api/queries/useJobs.ts";

export const CYCLES: JobFilter = { status: null, job_type: "autopilot" };
