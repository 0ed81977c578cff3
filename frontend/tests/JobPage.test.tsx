import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { parametersOf } from "../src/components/jobs/parameters.ts";
import { toTheSecond } from "../src/format/figures.ts";
import { outcomeOf } from "../src/jobTypes.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { at, withFrames } from "./mutations.ts";
import { recorded } from "./network.ts";
import { deletedAt, framesOf, jobOf, postedTo, refusalOf } from "./traces.ts";
import { panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const open = (name: string, stream: string) =>
  visit(`/jobs/${jobOf(name).job_id}`, recorded(name), recorded(stream));

describe("the page of a job", () => {
  it.each([
    ["job-train", "train-events-from-0"],
    ["job-failed", "failed-events-from-0"],
    ["job-cancelled", "cancelled-events-from-0"],
  ])("shows the whole history, newest first: %s", async (name, stream) => {
    await open(name, stream);
    const job = jobOf(name);
    const log = await panel("History");
    const rows = await waitFor(() => {
      const [, ...found] = rowsOf(log.getByRole("table"));
      expect(found).toHaveLength(job.revision);
      return found;
    });
    const frames = framesOf(stream).filter(({ event }) => event !== null && event !== "done");
    const shown = frames.map(({ event, data }) => {
      const { revision, started_at, completed_at } = JSON.parse(data ?? "") as JobRecord;
      const time = event === "started" ? started_at : completed_at;
      return [String(revision), event, time === null ? "–" : toTheSecond(time)];
    });
    expect(rows.map((row) => [row[0], row[1], row.at(-1)])).toEqual(shown.reverse());
  });

  it("shows in the history that an interrupted job is back in the queue", async () => {
    const frames = framesOf("failed-events-from-0").map((frame) =>
      frame.event === "progress" ? frame.text.replace('"running"', '"queued"') : frame,
    );
    const stream = recorded("failed-events-from-0", withFrames(...frames));
    await visit(`/jobs/${jobOf("job-failed").job_id}`, recorded("job-failed"), stream);
    const log = await panel("History");
    const row = (await log.findByText("queued")).closest("tr");
    expect(row?.textContent).toContain("Back in the queue");
  });

  it("shows all parameters, and marks those that are not the default", async () => {
    await open("job-train", "train-events-from-0");
    const parameters = await panel("Parameters");
    const [, ...rows] = rowsOf(parameters.getByRole("table"));
    for (const { label, value, changed } of parametersOf(jobOf("job-train"))) {
      const row = rows.find(([name]) => name === label);
      expect(row?.[1]).toBe(`${value} ${changed ? "not the " : ""}default`);
    }
  });

  it("deletes the job after a confirmation, and shows the list", async () => {
    const job = jobOf("job-cancelled");
    const deletion = recorded("delete-job", at(`/api/jobs/${job.job_id}`));
    await visit(
      `/jobs/${job.job_id}`,
      recorded("job-cancelled"),
      recorded("cancelled-events-from-0"),
      deletion,
      recorded("jobs"),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText(/cannot be undone/)).toBeDefined();
    fireEvent.click(dialog.getByRole("button", { name: "Delete" }));
    const { events, log_lines } = deletedAt("delete-job", "/api/jobs/{job_id}");
    const done = within(await screen.findByRole("dialog", { name: "Deleted" }));
    const text = `The job was deleted: its record, ${events} events, ${log_lines} lines of its log.`;
    expect(done.getByText(text)).toBeDefined();
    fireEvent.click(done.getByRole("button", { name: "Close" }));
    expect(await screen.findByRole("heading", { name: "Jobs" })).toBeDefined();
  });

  it.each(["job-queued", "job-running", "job-failed", "job-cancelled", "job-train"])(
    "offers the deletion of a job that has ended, and of no other: %s",
    async (name) => {
      const job = jobOf(name);
      const newest = `id: ${job.revision}\nevent: status\ndata: ${JSON.stringify(job)}\n\n`;
      const path = at(`/api/jobs/${job.job_id}/events`);
      const stream = recorded("failed-events-from-0", path, withFrames(newest));
      await visit(`/jobs/${job.job_id}`, recorded(name), stream);
      await screen.findByRole("button", { name: "Copy as curl" });
      const isOffered = screen.queryByRole("button", { name: "Delete" }) !== null;
      expect(isOffered).toBe(job.completed_at !== null);
    },
  );

  it("says that the full result was deleted, and does not link to it", async () => {
    const { job_id } = deletedAt("delete-report", "/api/jobs/{job_id}/report");
    const before = ["job-backtest-plain", "job-backtest-careful"].find(
      (name) => jobOf(name).job_id === job_id,
    );
    const job = jobOf(before ?? "");
    const end = `id: ${job.revision}\nevent: completed\ndata: ${JSON.stringify(job)}\n\n`;
    await visit(
      `/jobs/${job_id}`,
      recorded(before ?? ""),
      recorded("failed-events-from-0", at(`/api/jobs/${job_id}/events`), withFrames(end)),
      recorded("delete-report"),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Delete the result only" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.click(dialog.getByRole("button", { name: "Delete" }));
    await reads("The full result was deleted on");
    const result = await panel("Result");
    expect(result.queryByRole("link")).toBeNull();
  });

  it("shows the outcome", async () => {
    await open("job-train", "train-events-from-0");
    await reads(String(outcomeOf(jobOf("job-train"))));
  });

  it("shows the error with which it failed", async () => {
    await open("job-failed", "failed-events-from-0");
    const alert = await screen.findByRole("alert");
    const { error } = jobOf("job-failed");
    expect(alert.textContent).toContain(error?.message);
    expect(alert.textContent).toContain(error?.code);
  });

  it("shows an error where the job does not exist", async () => {
    await visit("/jobs/nobody", recorded("job-unknown"));
    await reads(refusalOf("job-unknown").message);
    await reads(refusalOf("job-unknown").request_id);
  });
});

describe("from the page of a job", () => {
  it("the job can be run again", async () => {
    const { address, calls } = await visit(
      `/jobs/${jobOf("job-train").job_id}`,
      recorded("job-train"),
      recorded("train-events-from-0"),
      recorded("submit-train"),
    );
    const again = postedTo("submit-train", "/api/compute/train");
    fireEvent.click(await screen.findByRole("button", { name: "Run again" }));
    await waitFor(() => expect(calls.some(({ method }) => method === "POST")).toBe(true));
    await waitFor(() => expect(address()).toBe(`/jobs/${again.job_id}`));
  });

  it("the curl command can be shown", async () => {
    await open("job-train", "train-events-from-0");
    fireEvent.click(await screen.findByRole("button", { name: /curl/ }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("/api/compute/train");
  });

  it("a finished job cannot be cancelled", async () => {
    await open("job-train", "train-events-from-0");
    await screen.findByRole("button", { name: "Run again" });
    expect(screen.queryByRole("button", { name: "Cancel" })).toBeNull();
  });
});
