import { afterEach, describe, expect, it, vi } from "vitest";
import { curlOf } from "../src/components/jobs/curl.ts";
import { parametersOf } from "../src/components/jobs/parameters.ts";
import { outcomeOf } from "../src/jobTypes.ts";
import { JOB_TYPE, type JobRecord } from "../src/types/jobs.ts";
import { jobOf, trace } from "./traces.ts";
import { paramsUnlike } from "./unlike.ts";

afterEach(() => sessionStorage.clear());

const DONE = ["job-train", "job-predict", "job-backtest-careful", "job-autopilot"] as const;

describe("the parameters of a job", () => {
  it.each(DONE)("are complete, with the contract's labels: %s", (name) => {
    const job = jobOf(name);
    const parameters = parametersOf(job);
    expect(parameters.map((parameter) => parameter.name).sort()).toEqual(
      Object.keys(job.params).sort(),
    );
    expect(parameters.every(({ label, value }) => label !== "" && value !== "")).toBe(true);
  });

  it("are marked where they differ from the default", () => {
    const changed = parametersOf(jobOf("job-backtest-careful")).filter((one) => one.changed);
    expect(changed.map(({ name, value }) => `${name} ${value}`).sort()).toEqual([
      "max_positions 2",
      "risk_management on",
      "years 1",
    ]);
    expect(parametersOf(jobOf("job-failed")).some((one) => one.changed)).toBe(false);
    const [horizons] = parametersOf(jobOf("job-running")).filter(({ name }) => name === "horizons");
    expect(horizons).toMatchObject({ value: "1 5 10 20 40 60", changed: true });
  });
});

/** Run the page with different defaults for every request: some of the real ones are equal. */
async function withDefaultsOf(request: string, params: object): Promise<string[]> {
  vi.resetModules();
  vi.doMock("../src/types/compute.ts", async (original) => {
    const real = await original<Record<string, object>>();
    const others = Object.keys(real).filter((name) => name.endsWith("_REQUEST_DEFAULTS"));
    const wrong = Object.fromEntries(others.map((name) => [name, new Proxy({}, WRONG_DEFAULTS)]));
    return { ...real, ...wrong, [`${request}_REQUEST_DEFAULTS`]: params };
  });
  const page = await import("../src/components/jobs/parameters.ts");
  vi.doUnmock("../src/types/compute.ts");
  const job = DONE.map(jobOf).find(({ job_type }) => job_type === request.toLowerCase());
  if (job === undefined) throw new Error(`no trace of a ${request}`);
  return page
    .parametersOf(job)
    .filter((one) => one.changed)
    .map(({ name }) => name);
}

const WRONG_DEFAULTS = { get: () => "wrong" };

describe("a changed parameter", () => {
  it.each(["BACKTEST", "TRAIN", "PREDICT", "AUTOPILOT"])(
    "differs from the default of its own request: %s",
    async (request) => {
      const job = DONE.map(jobOf).find(({ job_type }) => job_type === request.toLowerCase());
      expect(await withDefaultsOf(request, job?.params ?? {})).toEqual([]);
    },
  );
});

describe("the curl command", () => {
  it.each(JOB_TYPE)("sends every parameter to the path of its type: %s", (type) => {
    const params = paramsUnlike(type);
    const command = curlOf({ ...jobOf("job-train"), job_type: type, params } as JobRecord);
    const [, url] = /^curl -X POST '([^']*)'/.exec(command) ?? [];
    const [, sent] = /-d '([^']*)'$/.exec(command) ?? [];
    expect(url).toBe(`${location.origin}${trace(`submit-${type}`).path}`);
    expect(JSON.parse(sent ?? "")).toEqual(params);
    expect(command).toContain("-H 'Content-Type: application/json'");
    expect(command).not.toContain("Authorization");
  });

  it("has the variable of the token, and not its value", () => {
    sessionStorage.setItem("quant-engine-token", "s3cret");
    const command = curlOf(jobOf("job-train"));
    expect(command).toContain('"Authorization: Bearer $QUANT_ENGINE_API_TOKEN"');
    expect(command).not.toContain("s3cret");
  });
});

describe("the outcome of a job", () => {
  it.each(DONE)("is a sentence where it succeeded: %s", (name) => {
    expect(outcomeOf(jobOf(name))).toMatch(/\w+/);
  });

  it.each(["job-failed", "job-cancelled", "job-running", "job-queued"])(
    "is null otherwise: %s",
    (name) => {
      expect(outcomeOf(jobOf(name))).toBeNull();
    },
  );

  it("names the model, the range and the final equity", () => {
    const job = jobOf("job-backtest-plain");
    if (job.job_type !== "backtest" || job.result === null)
      throw new Error("The job in the trace did not succeed");
    const outcome = outcomeOf(job);
    const { model_version, first_date, last_date } = job.result;
    for (const word of [model_version, first_date, last_date]) expect(outcome).toContain(word);
    expect(outcome).toMatch(/^−?[\d.]+% to [\d,]+, /);
  });

  it("has a dash for a null figure of a training", () => {
    const job = jobOf("job-train");
    if (job.job_type !== "train" || job.result === null)
      throw new Error("The job in the trace did not succeed");
    const { result } = job;
    const scores = result.scores.map((score) => ({ ...score, rank_ic_t: null }));
    expect(outcomeOf({ ...job, result: { ...result, scores } })).toContain("(t –)");
  });
});
