import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isLine, type LogRow, withRows } from "../src/api/queries/useLogLines.ts";
import type { LogLine } from "../src/types/jobLog.ts";
import { at, resumedFrom, withFrames } from "./mutations.ts";
import { type Answer, live, recorded } from "./network.ts";
import { type Frame, framesOf, jobOf } from "./traces.ts";
import { panel, reads, visit } from "./visit.tsx";

afterEach(cleanup);

const FAILED = jobOf("job-loud");
const FRAMES = framesOf("log-events");
const LINES = FRAMES.filter(({ event }) => event === "line").map(
  ({ data }) => JSON.parse(data ?? "") as LogLine,
);
const PATH = `/jobs/${FAILED.job_id}`;

const open = (...answers: Answer[]) =>
  visit(PATH, recorded("job-loud"), recorded("loud-events-from-0"), ...answers);

async function texts(): Promise<string[]> {
  const region = await screen.findByRole("region", { name: "Lines of the log" });
  return [...region.querySelectorAll(".log-text")].map(({ textContent }) => textContent);
}

/** The first lines as frames. */
const [ONE, TWO] = FRAMES.filter(({ event }) => event === "line").map(({ text }) => text);
if (ONE === undefined || TWO === undefined) throw new Error("The trace is too short");

const isFrame = (name: string) => (frame: Frame) => frame.event === name;

describe("the log of a job", () => {
  it("shows each line with its time, level and source", async () => {
    await open(recorded("log-events"));
    expect(await texts()).toEqual(LINES.map(({ text }) => text));
    const region = screen.getByRole("region", { name: "Lines of the log" });
    const [first] = region.querySelectorAll(".log-line");
    expect([...(first?.children ?? [])].map(({ textContent }) => textContent)).toEqual([
      "1",
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      "info",
      "stdout",
      LINES[0]?.text,
    ]);
  });

  it("shows the traceback of a failure on top", async () => {
    await open(recorded("log-events"));
    const log = await panel("Log");
    const [alert] = await log.findAllByRole("alert");
    expect(alert?.textContent).toContain("Traceback of the failure");
    const traceback = LINES.filter(({ source }) => source === "traceback");
    for (const { text } of traceback) expect(alert?.textContent).toContain(text);
  });

  it("shows the traceback of the failure, and not one that the job logged before it", async () => {
    const written = ["Traceback (1)", "ValueError: logged", "Traceback (2)", "RuntimeError: last"];
    const frames = written.map((text, place) => {
      const line = { ...LINES[0], line: place + 1, source: "traceback", text };
      return `id: ${line.line}\nevent: line\ndata: ${JSON.stringify(line)}\n\n`;
    });
    await open(recorded("log-events", withFrames(...frames)));
    const alert = await screen.findByText(/RuntimeError: last/, { selector: "pre" });
    expect(alert.textContent).toBe("Traceback (2)\nRuntimeError: last");
  });

  it("shows the lines of a level and above", async () => {
    await open(recorded("log-events"));
    await texts();
    fireEvent.change(screen.getByLabelText("Lines to show"), { target: { value: "warning" } });
    const above = LINES.filter(({ level }) => level === "warning" || level === "error");
    expect(new Set(above.map(({ level }) => level)).size).toBe(2);
    await waitFor(async () => expect(await texts()).toEqual(above.map(({ text }) => text)));
    fireEvent.change(screen.getByLabelText("Lines to show"), { target: { value: "critical" } });
    await reads("No line has this level.");
  });

  it("says which lines are not kept, and where another attempt begins", async () => {
    const gap = { first: 2, last: 41 };
    const skipped = `id: 41\nevent: skipped\ndata: ${JSON.stringify(gap)}\n\n`;
    const next = TWO.replace("id: 2", "id: 42")
      .replace('"line":2', '"line":42')
      .replace('"attempt":1', '"attempt":2');
    const frames = [ONE, skipped, next];
    await open(recorded("log-events", withFrames(...frames)));
    await reads("40 lines are not kept");
    await reads("Attempt 2");
  });

  it("links to a line, and marks the one that is linked", async () => {
    await visit(
      `${PATH}#line-3`,
      recorded("job-loud"),
      recorded("loud-events-from-0"),
      recorded("log-events"),
    );
    await texts();
    const line = await screen.findByRole("link", { name: "Line 3" });
    expect(line.getAttribute("href")).toBe(`${PATH}#line-3`);
    await waitFor(() => expect(document.querySelector("[data-linked=true]")?.id).toBe("line-3"));
  });

  it("is extended while the job runs", async () => {
    const stream = live("log-events");
    await open(stream.answer);
    stream.send(ONE);
    await waitFor(async () => expect(await texts()).toHaveLength(1));
    stream.send(TWO);
    await waitFor(async () => expect(await texts()).toHaveLength(2));
  });

  it("is closed while the tab is hidden, and goes on where it stopped", async () => {
    const stream = live("log-events");
    const goesOn = live("log-events", resumedFrom("3"));
    const { calls } = await open(stream.answer, goesOn.answer);
    const frames = FRAMES.filter(isFrame("line"));
    stream.send(...frames.slice(0, 3));
    await waitFor(async () => expect(await texts()).toHaveLength(3));
    const state = vi.spyOn(document, "visibilityState", "get");
    for (const now of ["hidden", "visible"] as const) {
      state.mockReturnValue(now);
      act(() => {
        document.dispatchEvent(new Event("visibilitychange"));
      });
    }
    state.mockRestore();
    goesOn.send(...frames.slice(3, 5));
    await waitFor(async () => expect(await texts()).toHaveLength(5));
    const opened = calls.filter(({ path }) => path.endsWith("/log/events"));
    expect(opened.map(({ headers }) => headers.get("Last-Event-ID"))).toEqual([null, "3"]);
  });

  it("can be downloaded as a text", async () => {
    const saved: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
      saved.push(file as Blob);
      return "blob:x";
    });
    await open(recorded("log-events"), recorded("log"));
    fireEvent.click((await panel("Log")).getByRole("button", { name: "Download" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    const lines = (await saved[0]?.text())?.trimEnd().split("\n") ?? [];
    expect(lines.map((line) => line.split("\t").at(-1))).toEqual(LINES.map(({ text }) => text));
    expect(lines[0]?.split("\t").slice(0, 5)).toEqual(["1", "1", LINES[0]?.at, "info", "stdout"]);
    vi.restoreAllMocks();
  });

  it("of a job that printed nothing says so", async () => {
    await open(recorded("log-events", withFrames(...FRAMES.filter(isFrame("done")))));
    await reads("The job printed nothing.");
  });

  it("shows an error where it cannot be read", async () => {
    await open(recorded("job-unknown", at(`/api/jobs/${FAILED.job_id}/log/events`)));
    await reads("The log could not be read");
  });
});

describe("the rows of a log", () => {
  const line = (number: number): LogRow => ({ ...(LINES[0] as LogLine), line: number });
  const numbers = (rows: readonly LogRow[]) =>
    rows.map((row) => (isLine(row) ? row.line : `${row.from} to ${row.through}`));

  it("are bounded: the first and the newest stay", () => {
    const all = Array.from({ length: 10_000 }, (_, place) => line(place + 1));
    let rows: readonly LogRow[] = [];
    for (let begin = 0; begin < all.length; begin += 700)
      rows = withRows(rows, all.slice(begin, begin + 700));
    expect(rows.length).toBeLessThanOrEqual(3000);
    expect(numbers(rows).slice(199, 202)).toEqual([200, "201 to 7201", 7202]);
    expect(numbers(rows).at(-1)).toBe(10_000);
  });

  it("begin anew where the service begins anew", () => {
    const rows = withRows([line(1), line(2)], [{ from: 1, through: 4 }, line(5)]);
    expect(numbers(rows)).toEqual(["1 to 4", 5]);
  });
});
