import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { JobProgress, JobStatusBadge } from "../src/components/jobs/JobProgress.tsx";
import { outcomeOf } from "../src/jobTypes.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { show, textOf } from "./providers.tsx";
import { jobOf, postedTo } from "./traces.ts";

afterEach(cleanup);

function shown(job: JobRecord): string {
  show(
    <>
      <JobStatusBadge job={job} />
      <JobProgress job={job} />
    </>,
  );
  return textOf(document.body);
}

it("of a queued job has no bar and no time", () => {
  expect(shown(jobOf("job-queued"))).toMatch(/^\s*queued.*Waiting in the queue$/);
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("of an interrupted job says that it is back in the queue", () => {
  expect(shown({ ...jobOf("job-queued"), attempt: 1 })).toContain("Back in the queue");
});

it("of a running job has its stage, a bar and its time", () => {
  const job = jobOf("job-running");
  const text = shown(job);
  expect(text).toContain("running");
  expect(text).toContain(job.progress_message);
  const bar = screen.getByRole("progressbar");
  expect(Number(bar.getAttribute("aria-valuenow"))).toBeCloseTo(job.progress * 100);
  expect(bar.getAttribute("aria-label")).toMatch(/training/);
});

it("estimates the remaining time while the job runs", () => {
  const job = { ...jobOf("job-running"), progress: 0.5 };
  expect(shown(job)).toMatch(/ · about .+ left$/);
  cleanup();
  expect(shown({ ...job, cancel_requested: true })).not.toContain("left");
  cleanup();
  expect(shown({ ...jobOf("job-cancelled"), progress: 0.5 })).not.toContain("left");
});

it("names the attempt from the second on", () => {
  expect(shown({ ...jobOf("job-running"), attempt: 2 })).toContain("attempt 2");
});

it("of a job with a requested cancel says that it is cancelling", () => {
  const text = shown(postedTo("cancel-running", "/api/jobs/{job_id}/cancel"));
  expect(text).toMatch(/^\s*cancelling/);
});

it("of a cancelled job has the stage that it reached", () => {
  const job = jobOf("job-cancelled");
  const text = shown(job);
  expect(text).toMatch(/^\s*cancelled/);
  expect(text).toContain(job.progress_message);
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("of a job that was cancelled in the queue says that it never started", () => {
  expect(shown(postedTo("cancel-queued", "/api/jobs/{job_id}/cancel"))).toContain(
    "Cancelled before it started",
  );
});

it("of a failed job has the service's error message", () => {
  const job = jobOf("job-failed");
  expect(job.error?.code).toBe("no_model");
  expect(shown(job)).toContain(job.error?.message);
});

it.each(["job-train", "job-predict", "job-backtest-plain", "job-autopilot"])(
  "of a job that succeeded has its outcome: %s",
  (name) => {
    const job = jobOf(name);
    expect(shown(job)).toContain(outcomeOf(job));
  },
);
