import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { JobProgress, JobStatusBadge } from "../src/components/jobs/JobProgress.tsx";
import { outcomeOf } from "../src/format/outcomes.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { show, textOf } from "./stage.tsx";
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

it("of a queued job says that it waits, and has no bar and no time", () => {
  expect(shown(jobOf("job-queued"))).toMatch(/^\s*queued.*Waiting its turn$/);
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("of a job that was running before says that it is back in the queue", () => {
  expect(shown({ ...jobOf("job-queued"), attempt: 1 })).toContain("Back in the queue");
});

it("of a running job has its stage, how far it is, and its time", () => {
  const job = jobOf("job-running");
  const text = shown(job);
  expect(text).toContain("running");
  expect(text).toContain(job.progress_message);
  const bar = screen.getByRole("progressbar");
  expect(Number(bar.getAttribute("aria-valuenow"))).toBeCloseTo(job.progress * 100);
  expect(bar.getAttribute("aria-label")).toMatch(/training/);
});

it("says about how long it takes yet, while it runs", () => {
  const job = { ...jobOf("job-running"), progress: 0.5 };
  expect(shown(job)).toMatch(/ · about .+ left$/);
  cleanup();
  expect(shown({ ...job, cancel_requested: true })).not.toContain("left");
  cleanup();
  expect(shown({ ...jobOf("job-cancelled"), progress: 0.5 })).not.toContain("left");
});

it("says which attempt it is, from the second on", () => {
  expect(shown({ ...jobOf("job-running"), attempt: 2 })).toContain("attempt 2");
});

it("of a job that is to be cancelled says so before it is", () => {
  const text = shown(postedTo("cancel-running", "/api/jobs/{job_id}/cancel"));
  expect(text).toMatch(/^\s*cancelling/);
});

it("of a cancelled job says how far it came", () => {
  const job = jobOf("job-cancelled");
  const text = shown(job);
  expect(text).toMatch(/^\s*cancelled/);
  expect(text).toContain(job.progress_message);
  expect(screen.queryByRole("progressbar")).toBeNull();
});

it("of a job that was cancelled in the queue says that it never began", () => {
  expect(shown(postedTo("cancel-queued", "/api/jobs/{job_id}/cancel"))).toContain(
    "Before it began",
  );
});

it("of a failed job says why, in the service's words", () => {
  const job = jobOf("job-failed");
  expect(job.error?.code).toBe("no_model");
  expect(shown(job)).toContain(job.error?.message);
});

it.each(["job-train", "job-predict", "job-backtest-plain", "job-autopilot"])(
  "of a job that succeeded says what came of it: %s",
  (name) => {
    const job = jobOf(name);
    expect(shown(job)).toContain(outcomeOf(job));
  },
);
