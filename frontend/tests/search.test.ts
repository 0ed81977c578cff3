import { describe, expect, it } from "vitest";
import {
  backtestsSearch,
  comparedRuns,
  compareSearch,
  jobsSearch,
  LAB_TABS,
  labSearch,
  MOST_RUNS,
} from "../src/pages/search.ts";
import { JOB_STATUS, JOB_TYPE } from "../src/types/jobs.ts";

describe("the search parameters", () => {
  it("of jobs take every value of the contract, and no other", () => {
    for (const status of JOB_STATUS) expect(jobsSearch({ status })).toEqual({ status });
    for (const job_type of JOB_TYPE) expect(jobsSearch({ job_type })).toEqual({ job_type });
    expect(jobsSearch({ status: "pending", job_type: 7, page: 2 })).toEqual({});
  });

  it("of the form name the job that fills it", () => {
    expect(backtestsSearch({ from: "a" })).toEqual({ from: "a" });
    expect(backtestsSearch({ from: 7 })).toEqual({});
  });

  it("of a comparison are the runs, and whether to show all parameters", () => {
    expect(compareSearch({ runs: "a,b", all: true })).toEqual({ runs: "a,b", all: true });
    expect(compareSearch({ runs: ["a"], all: "true" })).toEqual({});
  });

  it("of the model lab are a tab and a version", () => {
    for (const tab of LAB_TABS) expect(labSearch({ tab })).toEqual({ tab });
    expect(labSearch({ tab: "none", version: "v1" })).toEqual({ version: "v1" });
  });
});

describe("runs to compare", () => {
  it("have no duplicates, and the order of the URL", () => {
    expect(comparedRuns({ runs: "b,a,,b" })).toEqual(["b", "a"]);
    expect(comparedRuns({})).toEqual([]);
  });

  it("are limited in number", () => {
    const runs = Array.from({ length: MOST_RUNS + 1 }, (_, index) => `r${index}`).join(",");
    expect(comparedRuns({ runs })).toHaveLength(MOST_RUNS);
  });
});
