import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { JobRecord } from "../src/types/jobs.ts";
import { recorded, repairable } from "./network.ts";
import { dataOf, framesOf, refusalOf } from "./traces.ts";
import { NOTHING, reads, visit } from "./visit.tsx";

afterEach(cleanup);

const listed = (name: string) => dataOf(name, "/api/jobs").items;

/** The rows of jobs, without the headings. */
async function rows(): Promise<HTMLElement[]> {
  const table = await screen.findByRole("table");
  return [...table.querySelectorAll("tr")].slice(1);
}

describe("the list of jobs", () => {
  it("shows one row per job, newest first, with its status", async () => {
    await visit("/jobs");
    const jobs = listed("jobs");
    await waitFor(async () => expect(await rows()).toHaveLength(jobs.length));
    const shown = await rows();
    for (const [index, job] of jobs.entries()) {
      expect(within(shown[index] as HTMLElement).getAllByText(job.status)).not.toEqual([]);
    }
  });

  it("shows older jobs on the next page", async () => {
    await visit("/jobs", recorded("jobs"), recorded("jobs-older"));
    fireEvent.click(await screen.findByRole("button", { name: "Next" }));
    const older = listed("jobs-older");
    await waitFor(async () => expect(await rows()).toHaveLength(older.length));
    expect(screen.getByRole("button", { name: "Next" })).toHaveProperty("disabled", true);
    fireEvent.click(screen.getByRole("button", { name: "First" }));
    await waitFor(async () => expect(await rows()).toHaveLength(listed("jobs").length));
  });

  it("explains what to do where there are no jobs", async () => {
    await visit("/jobs", ...NOTHING);
    await reads("No jobs yet");
  });

  it("keeps its filter in the URL", async () => {
    const { address } = await visit(
      "/jobs?status=failed",
      recorded("jobs-failed"),
      recorded("jobs-backtest-failed"),
    );
    await waitFor(async () => expect(await rows()).toHaveLength(listed("jobs-failed").length));
    const types = screen.getByRole("navigation", { name: "Filter by type" });
    fireEvent.click(within(types).getByRole("link", { name: "Backtest" }));
    await waitFor(() => {
      expect(address()).toContain("status=failed");
      expect(address()).toContain("job_type=backtest");
    });
    await waitFor(async () =>
      expect(await rows()).toHaveLength(listed("jobs-backtest-failed").length),
    );
  });

  it("shows an error with the request id, and a button to retry", async () => {
    const { answer, repair } = repairable(recorded("broken-models"), recorded("jobs"));
    await visit("/jobs", answer);
    await reads(refusalOf("broken-models").message);
    await reads(refusalOf("broken-models").request_id);
    repair();
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    await waitFor(async () => expect(await rows()).toHaveLength(listed("jobs").length));
  });
});

describe("a running job", () => {
  const [running] = listed("jobs-running");
  if (running === undefined) throw new Error("No running job in the trace");
  const frames = framesOf("events").filter(({ data }) => {
    const job = JSON.parse(data ?? "{}") as JobRecord;
    return job.job_id === running.job_id && job.revision > running.revision;
  });

  it("can be cancelled: it is cancelling at once, and leaves the list with the event", async () => {
    const { stream, calls } = await visit(
      "/jobs?status=running",
      recorded("jobs-running"),
      recorded("cancel-running"),
    );
    await waitFor(async () => expect(await rows()).toHaveLength(1));
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await screen.findByText("cancelling");
    expect(screen.getByRole("button", { name: /Cancelling/ })).toHaveProperty("disabled", true);
    stream.send(...frames);
    await reads("No job matches this filter");
    expect(calls.filter(({ path }) => path.endsWith("/cancel"))).toHaveLength(1);
  });

  it("that has ended meanwhile shows why it cannot be cancelled", async () => {
    const path = `/api/jobs/${running.job_id}/cancel`;
    expect(recorded("cancel-final").path).toBe(path);
    await visit("/jobs?status=running", recorded("jobs-running"), recorded("cancel-final"));
    fireEvent.click(await screen.findByRole("button", { name: "Cancel" }));
    await reads(refusalOf("cancel-final").message);
  });

  it("shows its progress with each event", async () => {
    const { stream } = await visit("/jobs?status=running", recorded("jobs-running"));
    const bar = await screen.findByRole("progressbar");
    expect(Number(bar.getAttribute("aria-valuenow"))).toBeCloseTo(running.progress * 100);
    const later = frames
      .map(({ data }) => JSON.parse(data ?? "{}") as JobRecord)
      .find((job) => job.progress > running.progress && job.status === "running");
    stream.send(...frames.slice(0, -1));
    const latest = later ?? running;
    await waitFor(() =>
      expect(Number(screen.getByRole("progressbar").getAttribute("aria-valuenow"))).toBeCloseTo(
        latest.progress * 100,
      ),
    );
  });
});
