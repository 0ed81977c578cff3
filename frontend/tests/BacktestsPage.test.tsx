import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { days, percent, ratio } from "../src/format/figures.ts";
import { JOB_TYPES } from "../src/jobTypes.ts";
import { forAnyBody, withEnvelope } from "./mutations.ts";
import { lost, recorded } from "./network.ts";
import { dataOf, jobOf, postedTo, refusalOf, trace } from "./traces.ts";
import { paramsUnlike } from "./unlike.ts";
import { NOTHING, panel, reads, visit } from "./visit.tsx";

afterEach(cleanup);

const items = dataOf("backtests", "/api/backtests").items;

describe("the form", () => {
  it("sends all of the contract's defaults, and opens the job", async () => {
    const job = postedTo("submit-backtest", "/api/compute/backtest");
    const { address, calls } = await visit(
      "/backtests",
      recorded("submit-backtest"),
      recorded("job-failed"),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }));
    await waitFor(() => expect(address()).toBe(`/backtests/${job.job_id}`));
    const [sent] = calls.filter(({ method }) => method === "POST");
    expect(sent?.body).toEqual(trace("submit-backtest").body);
    expect(sent?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("does not send a value out of bounds", async () => {
    const { calls } = await visit("/backtests");
    fireEvent.change(await screen.findByLabelText("Years"), { target: { value: "99" } });
    fireEvent.click(screen.getByRole("button", { name: "Run backtest" }));
    await reads("At most 40.");
    expect(screen.getByLabelText("Years").getAttribute("aria-invalid")).toBe("true");
    expect(calls.some(({ method }) => method === "POST")).toBe(false);
  });

  it("shows the service's field errors at the fields, and the others above the button", async () => {
    await visit("/backtests", forAnyBody(recorded("invalid-fields")));
    fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }));
    const { message, fields } = refusalOf("invalid-fields");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(message);
    for (const field of fields) {
      await reads(field.message);
      // shown once, at the field
      expect(alert.textContent).not.toContain(field.message);
    }
    expect(screen.getByLabelText("Years").getAttribute("aria-invalid")).toBe("true");
  });

  it.each(["queue-full", "ticker-unknown", "version-unknown", "invalid-backtest"])(
    "shows the error of the service: %s",
    async (name) => {
      await visit("/backtests", forAnyBody(recorded(name)));
      fireEvent.click(await screen.findByRole("button", { name: "Run backtest" }));
      const alert = await screen.findByRole("alert");
      const { message, code, request_id, fields } = refusalOf(name);
      for (const text of [message, code, request_id]) expect(alert.textContent).toContain(text);
      for (const field of fields) await reads(field.message);
    },
  );

  it("shows that the service was not reached, and sends the same request again", async () => {
    const { calls } = await visit(
      "/backtests",
      lost("submit-backtest"),
      recorded("submit-backtest"),
      recorded("job-failed"),
    );
    const button = await screen.findByRole("button", { name: "Run backtest" });
    fireEvent.click(button);
    await reads("cannot be reached");
    fireEvent.click(button);
    await waitFor(() => {
      const keys = calls
        .filter(({ method }) => method === "POST")
        .map(({ headers }) => headers.get("Idempotency-Key"));
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
    });
  });

  it("runs an earlier backtest, and trains for it, with each of its parameters", async () => {
    const params = paramsUnlike("backtest");
    const job = { ...jobOf("job-backtest-careful"), params };
    const { calls } = await visit(
      `/backtests?from=${job.job_id}`,
      recorded("job-backtest-careful", withEnvelope({ data: job })),
      forAnyBody(recorded("submit-backtest-careful")),
      forAnyBody(recorded("submit-train")),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Train a model" }));
    await reads("The form has the parameters of the backtest");
    const sent = () => calls.filter(({ method }) => method === "POST").map(({ body }) => body);
    const { survivorship } = JOB_TYPES.train.defaults;
    const { feature_mode, full_universe, horizon, tickers, years } = params;
    const common = { feature_mode, full_universe, tickers, years };
    await waitFor(() => expect(sent()).toEqual([{ ...common, horizons: [horizon], survivorship }]));
    fireEvent.click(screen.getByRole("button", { name: "Run backtest" }));
    await waitFor(() => expect(sent().slice(1)).toEqual([params]));
  });

  it("starts with the defaults where the earlier job is not a backtest", async () => {
    const { job_id } = jobOf("job-autopilot");
    await visit(`/backtests?from=${job_id}`, recorded("job-autopilot"));
    await reads("is not a backtest, so the form has the defaults");
  });

  it("shows the age of the latest model", async () => {
    await visit("/backtests");
    const { age_days, version } = dataOf("model-age", "/api/system/model-age");
    await reads(`The latest model, ${version}, is fresh: ${days(Number(age_days))} old, trained`);
  });

  it("explains what is missing before the first training", async () => {
    await visit("/backtests", ...NOTHING);
    await reads("There is no model yet");
    await reads("No backtest has finished yet");
  });
});

describe("the list", () => {
  it("shows the main figures of each run", async () => {
    await visit("/backtests");
    const list = await panel("Finished backtests");
    for (const item of items) {
      const row = (
        await list.findByRole("link", { name: new RegExp(item.job_id.slice(0, 8)) })
      ).closest("tr") as HTMLElement;
      expect(row.textContent).toContain(percent(item.metrics.cagr));
      expect(row.textContent).toContain(ratio(item.metrics.sharpe));
      expect(row.textContent).toContain(item.model_version);
    }
  });

  it("says whose result was deleted, and does not offer it for a comparison", async () => {
    const { items: kept } = dataOf("backtests-without-report", "/api/backtests");
    await visit("/backtests", recorded("backtests-without-report"));
    const list = await panel("Finished backtests");
    for (const { job_id, report_deleted_at } of kept) {
      const box = await list.findByLabelText<HTMLInputElement>(
        new RegExp(`^Compare ${job_id.slice(0, 8)}`),
      );
      expect(box.disabled).toBe(report_deleted_at !== null);
      const text = box.closest("tr")?.textContent;
      expect(text?.includes("result deleted on")).toBe(report_deleted_at !== null);
    }
    expect(kept.some((item) => item.report_deleted_at !== null)).toBe(true);
  });

  it("links to a comparison of the selected runs", async () => {
    await visit("/backtests");
    const list = await panel("Finished backtests");
    expect(list.queryByRole("link", { name: /^Compare/ })).toBeNull();
    for (const box of await list.findAllByRole("checkbox")) fireEvent.click(box);
    const link = await list.findByRole("link", { name: "Compare 2" });
    const href = decodeURIComponent(link.getAttribute("href") ?? "");
    for (const item of items) expect(href).toContain(item.job_id);
    expect(within(document.body).getByRole("button", { name: "Clear" })).toBeDefined();
  });
});
