/** What a page's URL says beyond its path; what it cannot mean is dropped. */
import { JOB_STATUS, JOB_TYPE, type JobStatus, type JobType } from "../types/jobs.ts";

type Search = Record<string, unknown>;

export interface JobsSearch {
  status?: JobStatus;
  job_type?: JobType;
}

export function jobsSearch(search: Search): JobsSearch {
  const status = JOB_STATUS.find((known) => known === search["status"]);
  const job_type = JOB_TYPE.find((known) => known === search["job_type"]);
  return {
    ...(status === undefined ? {} : { status }),
    ...(job_type === undefined ? {} : { job_type }),
  };
}

export interface BacktestsSearch {
  /** The job whose parameters the form begins with. */
  from?: string;
}

export function backtestsSearch({ from }: Search): BacktestsSearch {
  return typeof from === "string" ? { from } : {};
}

export const MOST_RUNS = 10;

export interface CompareSearch {
  /** Job ids with commas between them. */
  runs?: string;
  /** Show parameters that are the same as well. */
  all?: true;
}

export function compareSearch({ runs, all }: Search): CompareSearch {
  return {
    ...(typeof runs === "string" ? { runs } : {}),
    ...(all === true ? { all } : {}),
  };
}

/** The runs to compare: each once, as many as can be told apart. */
export function comparedRuns({ runs = "" }: CompareSearch): string[] {
  const ids = runs.split(",").filter((id) => id !== "");
  return [...new Set(ids)].slice(0, MOST_RUNS);
}

export const LAB_TABS = ["training", "versions", "history"] as const;
export type LabTab = (typeof LAB_TABS)[number];

export interface LabSearch {
  tab?: LabTab;
  /** The version that is looked at. */
  version?: string;
}

export function labSearch(search: Search): LabSearch {
  const tab = LAB_TABS.find((known) => known === search["tab"]);
  const { version } = search;
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(typeof version === "string" ? { version } : {}),
  };
}
