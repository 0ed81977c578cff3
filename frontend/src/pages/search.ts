/** The search parameters of the pages' URLs; invalid ones are dropped. */
import { JOB_STATUS, JOB_TYPE, type JobStatus, type JobType } from "../types/jobs.ts";

type Search = Record<string, unknown>;

export interface JobsSearch {
  status?: JobStatus;
  job_type?: JobType;
}

export function jobsSearch(search: Search): JobsSearch {
  const status = JOB_STATUS.find((one) => one === search["status"]);
  const job_type = JOB_TYPE.find((one) => one === search["job_type"]);
  return {
    ...(status === undefined ? {} : { status }),
    ...(job_type === undefined ? {} : { job_type }),
  };
}

export interface BacktestsSearch {
  /** The job whose parameters fill the form. */
  from?: string;
}

export function backtestsSearch({ from }: Search): BacktestsSearch {
  return typeof from === "string" ? { from } : {};
}

export const MOST_RUNS = 10;

export interface CompareSearch {
  /** Job ids, separated by commas. */
  runs?: string;
  /** Show parameters that do not differ as well. */
  all?: true;
}

export function compareSearch({ runs, all }: Search): CompareSearch {
  return {
    ...(typeof runs === "string" ? { runs } : {}),
    ...(all === true ? { all } : {}),
  };
}

/** The runs to compare, without duplicates, up to the limit. */
export function comparedRuns({ runs = "" }: CompareSearch): string[] {
  const ids = runs.split(",").filter((id) => id !== "");
  return [...new Set(ids)].slice(0, MOST_RUNS);
}

export const LAB_TABS = ["training", "versions", "history"] as const;
export type LabTab = (typeof LAB_TABS)[number];

export interface LabSearch {
  tab?: LabTab;
  /** The version whose details are shown. */
  version?: string;
}

export function labSearch(search: Search): LabSearch {
  const tab = LAB_TABS.find((one) => one === search["tab"]);
  const { version } = search;
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(typeof version === "string" ? { version } : {}),
  };
}
