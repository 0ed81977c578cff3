import { afterEach, describe, expect, it } from "vitest";
import { curlOf } from "../src/curl.ts";
import { outcomeOf } from "../src/outcomes.ts";
import { parametersOf } from "../src/parameters.ts";
import { jobOf, trace } from "./traces.ts";

afterEach(() => sessionStorage.clear());

const DONE = ["job-train", "job-predict", "job-backtest-careful", "job-autopilot"] as const;

describe("what a job was asked for", () => {
  it.each(DONE)("is told whole, under the contract's labels: %s", (name) => {
    const job = jobOf(name);
    const told = parametersOf(job);
    expect(told.map((parameter) => parameter.name).sort()).toEqual(Object.keys(job.params).sort());
    expect(told.every(({ label, value }) => label !== "" && value !== "")).toBe(true);
  });

  it("stands out where it differs from the default", () => {
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

describe("the command that asks for the same", () => {
  it.each([
    ["job-train", "submit-train"],
    ["job-predict", "submit-predict"],
    ["job-backtest-plain", "submit-backtest-plain"],
    ["job-autopilot", "submit-autopilot"],
  ])("sends what was sent, to where it was sent: %s", (name, asked) => {
    const command = curlOf(jobOf(name));
    const { path, body } = trace(asked);
    const [, url] = /^curl -X POST '([^']*)'/.exec(command) ?? [];
    const [, sent] = /-d '([^']*)'$/.exec(command) ?? [];
    expect(url).toBe(`${location.origin}${path}`);
    expect(JSON.parse(sent ?? "")).toEqual(body);
    expect(command).toContain("-H 'Content-Type: application/json'");
    expect(command).not.toContain("Authorization");
  });

  it("names the token and never says it", () => {
    sessionStorage.setItem("quant-engine-token", "s3cret");
    const command = curlOf(jobOf("job-train"));
    expect(command).toContain('"Authorization: Bearer $QUANT_ENGINE_API_TOKEN"');
    expect(command).not.toContain("s3cret");
  });
});

describe("what came of a job", () => {
  it.each(DONE)("is a sentence for each that succeeded: %s", (name) => {
    expect(outcomeOf(jobOf(name))).toMatch(/\w+/);
  });

  it.each(["job-failed", "job-cancelled", "job-running", "job-queued"])("is null: %s", (name) => {
    expect(outcomeOf(jobOf(name))).toBeNull();
  });

  it("names the model, the range and what was made of the money", () => {
    const job = jobOf("job-backtest-plain");
    if (job.job_type !== "backtest" || job.result === null) throw new Error("It did not succeed");
    const said = outcomeOf(job);
    const { model_version, first_date, last_date } = job.result;
    for (const word of [model_version, first_date, last_date]) expect(said).toContain(word);
    expect(said).toMatch(/^−?[\d.]+% to [\d,]+, /);
  });

  it("has a dash where a figure of a training does not exist", () => {
    const job = jobOf("job-train");
    if (job.job_type !== "train" || job.result === null) throw new Error("It did not succeed");
    const { result } = job;
    const scores = result.scores.map((score) => ({ ...score, rank_ic_t: null }));
    expect(outcomeOf({ ...job, result: { ...result, scores } })).toContain("(t –)");
  });
});
