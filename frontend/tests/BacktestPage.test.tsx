import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TradesTable } from "../src/components/backtests/TradesTable.tsx";
import { count, money, percent, ratio } from "../src/format/figures.ts";
import type { Trade } from "../src/types/backtests.ts";
import type { JobRecord } from "../src/types/jobs.ts";
import { at, forAnyBody, withStatus } from "./mutations.ts";
import { recorded } from "./network.ts";
import { show } from "./providers.tsx";
import { dataOf, deletedAt, framesOf, jobOf, postedTo, refusalOf, trace } from "./traces.ts";
import { panel, reads, rowsOf, visit } from "./visit.tsx";

afterEach(cleanup);

const report = dataOf("report-backtest-plain", "/api/backtests/{job_id}");
const ADDRESS = `/backtests/${report.job_id}`;

const open = () =>
  visit(ADDRESS, recorded("job-backtest-plain"), recorded("report-backtest-plain"));

describe("a finished backtest", () => {
  it("shows each metric beside the benchmark's", async () => {
    await open();
    const metrics = await panel("Metrics");
    const rows = rowsOf(metrics.getByRole("table"));
    expect(rows).toHaveLength(1 + Object.keys(report.metrics).length);
    const values = rows.map((cells) => cells.slice(1).join(" "));
    const { sharpe, max_drawdown, n_trades, hit_rate } = report.metrics;
    const other = report.benchmark_metrics;
    expect(values).toContain(`${ratio(sharpe)} ${ratio(other.sharpe)}`);
    expect(values).toContain(`${percent(max_drawdown)} ${percent(other.max_drawdown)}`);
    expect(values).toContain(`${count(n_trades)} ${count(other.n_trades)}`);
    // null: a figure that does not exist
    expect(other.hit_rate).toBeNull();
    expect(values).toContain(`${percent(hit_rate)} –`);
  });

  it("shows each month in the row of its year, and the return of the year", async () => {
    await open();
    const months = await panel("Months");
    const [, ...rows] = rowsOf(months.getByRole("table"));
    const years = new Set(report.monthly_returns.map(({ year }) => year));
    expect(rows.map(([year]) => year)).toEqual([...years].map(String));
    for (const { year, month, return_fraction } of report.monthly_returns) {
      const row = rows.find(([name]) => name === String(year));
      expect(row?.[month]).toContain(percent(return_fraction));
    }
    const growth = report.monthly_returns
      .filter(({ year }) => String(year) === rows[0]?.[0])
      .reduce((product, { return_fraction }) => product * (1 + return_fraction), 1);
    expect(rows[0]?.at(-1)).toContain(percent(growth - 1));
  });

  it("describes its curve in a sentence", async () => {
    await open();
    const [first, last] = [report.equity[0] ?? null, report.equity.at(-1) ?? null];
    await screen.findByRole("img", { name: new RegExp(`${money(first)} to ${money(last)}`) });
  });

  it("shows its provenance", async () => {
    await open();
    const provenance = await panel("Provenance");
    const { model_version, data_fingerprint } = report.provenance;
    expect(provenance.getByText(data_fingerprint)).toBeDefined();
    expect(provenance.getByRole("link", { name: model_version }).getAttribute("href")).toContain(
      model_version,
    );
  });

  it("shows a notice where it is survivorship-biased", async () => {
    expect(report.provenance.survivorship_biased).toBe(true);
    await open();
    await reads("Survivorship-biased");
  });

  it("shows a trade in the chart, and the whole range again", async () => {
    await open();
    const trades = await panel("Trades");
    const [button] = trades.getAllByRole("button", { name: /show in the chart/ });
    if (button === undefined) throw new Error("There is no trade");
    fireEvent.click(button);
    const newest = report.trades.at(-1);
    await reads(`${newest?.ticker}, bought ${newest?.entry_date}`);
    fireEvent.click(screen.getByRole("button", { name: "Show the whole range" }));
    await waitFor(() =>
      expect(document.body.textContent).not.toContain(`bought ${newest?.entry_date},`),
    );
  });

  it("counts the closed and the open trades", async () => {
    await open();
    const openTrades = report.trades.filter(({ exit_reason }) => exit_reason === "open").length;
    expect(openTrades).toBeGreaterThan(0);
    await reads(
      `Opened and closed: ${count(report.metrics.n_trades)}; ${count(openTrades)} more are open`,
    );
  });

  it("downloads its trades as a file", async () => {
    const files: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((file) => {
      files.push(file as Blob);
      return "blob:trades";
    });
    const { calls } = await visit(
      `/backtests/${jobOf("job-backtest-careful").job_id}`,
      recorded("job-backtest-careful"),
      recorded("report-backtest-careful"),
      recorded("trades"),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Download CSV" }));
    await waitFor(() => expect(files).toHaveLength(1));
    await expect(files[0]?.text()).resolves.toBe(trace("trades").answer.text);
    expect(calls.map(({ path }) => path)).toContain(trace("trades").path);
  });
});

it("a backtest that is run again opens the page of the new one", async () => {
  const { job_id } = jobOf("job-backtest-careful");
  const { address } = await visit(
    `/backtests/${job_id}`,
    recorded("job-backtest-careful"),
    recorded("report-backtest-plain", at(`/api/backtests/${job_id}`)),
    forAnyBody(recorded("submit-backtest-plain")),
    recorded("job-backtest-plain"),
    recorded("report-backtest-plain"),
  );
  const again = postedTo("submit-backtest-plain", "/api/compute/backtest");
  fireEvent.click(await screen.findByRole("button", { name: "Run again" }));
  await waitFor(() => expect(address()).toBe(`/backtests/${again.job_id}`));
});

describe("a backtest without a result", () => {
  it("that failed shows its error", async () => {
    const { job_id, error } = jobOf("job-failed");
    await visit(`/backtests/${job_id}`, recorded("job-failed"));
    await reads(error?.message ?? "");
    await reads(error?.code ?? "");
  });

  it("that is queued shows its result once it has finished", async () => {
    const submitted = framesOf("events").filter(
      ({ data }) => (JSON.parse(data ?? "{}") as JobRecord).job_id === report.job_id,
    );
    const [first] = submitted;
    const { stream } = await visit(
      ADDRESS,
      // the record as it was when submitted
      {
        ...recorded("submit-backtest-plain"),
        method: "GET",
        path: `/api/jobs/${report.job_id}`,
        body: null,
      },
      recorded("report-backtest-plain"),
    );
    expect(first).toBeDefined();
    await reads("Waiting in the queue");
    await reads("The backtest starts when a worker is free");
    stream.send(...submitted);
    await panel("Metrics");
  });

  it("whose report cannot be read shows the error", async () => {
    await visit(ADDRESS, recorded("job-backtest-plain"), {
      ...recorded("broken-models"),
      path: `/api/backtests/${report.job_id}`,
    });
    await reads("The result could not be read");
    await reads(refusalOf("broken-models").request_id);
  });

  it("whose report was deleted shows what is kept, and does not ask for the report", async () => {
    const { job_id } = deletedAt("delete-report", "/api/jobs/{job_id}/report");
    const { calls } = await visit(`/backtests/${job_id}`, {
      ...recorded("delete-report"),
      method: "GET",
      path: `/api/jobs/${job_id}`,
    });
    await reads("The full result was deleted on");
    expect(calls.filter(({ path }) => path.startsWith("/api/backtests/"))).toEqual([]);
  });

  it("whose report was deleted while the page was open says so", async () => {
    const path = `/api/backtests/${report.job_id}`;
    await visit(ADDRESS, recorded("job-backtest-plain"), recorded("report-deleted", at(path)));
    await reads(refusalOf("report-deleted").message);
  });

  it("that is another type of job names the type", async () => {
    const { job_id } = jobOf("job-train");
    await visit(`/backtests/${job_id}`, recorded("job-train"));
    await reads("The type of this job is Training");
  });

  it("behind a failing proxy shows an error", async () => {
    await visit(ADDRESS, recorded("job-backtest-plain", withStatus(502)));
    await reads("contradicts its status");
  });
});

describe("many trades", () => {
  // more than one page, each on its own day
  const many: Trade[] = Array.from({ length: 120 }, (_, index) => ({
    ...(report.trades[index % report.trades.length] as Trade),
    entry_date: new Date(Date.UTC(2000, 0, 1 + index)).toISOString().slice(0, 10),
    exit_date: null,
  }));

  function shown() {
    show(<TradesTable trades={many} onShow={() => undefined} />);
    const firsts = () => rowsOf(screen.getByRole("table"))[1] ?? [];
    const column = (name: string) => (rowsOf(screen.getByRole("table"))[0] ?? []).indexOf(name);
    return { firsts, column };
  }

  it("are shown in pages, the newest first", () => {
    const { firsts, column } = shown();
    const rows = () => rowsOf(screen.getByRole("table")).length - 1;
    expect(rows()).toBe(50);
    expect(firsts()[column("Bought")]).toBe(many.at(-1)?.entry_date);
    fireEvent.click(screen.getByRole("button", { name: "Last" }));
    expect(rows()).toBe(20);
    expect(screen.getByRole("status").textContent).toBe("101 to 120 of 120");
    expect(screen.getByRole("button", { name: "Next" })).toHaveProperty("disabled", true);
    fireEvent.click(screen.getByRole("button", { name: "Previous" }));
    expect(screen.getByRole("status").textContent).toBe("51 to 100 of 120");
  });

  it("sort by any column in either direction, from the first page", () => {
    const { firsts, column } = shown();
    fireEvent.click(screen.getByRole("button", { name: "Next" }));
    const heading = screen.getByRole("columnheader", { name: /Profit/ });
    const profits = many.map(({ profit }) => profit);
    fireEvent.click(within(heading).getByRole("button"));
    expect(heading.getAttribute("aria-sort")).toBe("descending");
    expect(firsts()[column("Profit")]).toBe(count(Math.max(...profits)));
    expect(screen.getByRole("status").textContent).toBe("1 to 50 of 120");
    fireEvent.click(within(heading).getByRole("button"));
    expect(heading.getAttribute("aria-sort")).toBe("ascending");
    expect(firsts()[column("Profit")]).toBe(count(Math.min(...profits)));
  });

  it("have a column for each field of a trade", () => {
    shown();
    expect(screen.getAllByRole("columnheader")).toHaveLength(Object.keys(many[0] ?? {}).length);
  });
});
