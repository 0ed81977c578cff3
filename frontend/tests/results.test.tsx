import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen, within } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { JobProgress } from "../src/components/JobProgress.tsx";
import { MonthlyTable } from "../src/components/MonthlyTable.tsx";
import { TradesTable } from "../src/components/TradesTable.tsx";
import { trainingOutcome } from "../src/outcomes.ts";
import type { BacktestReport } from "../src/types/backtests.ts";
import type { JobRecord } from "../src/types/jobs.ts";

// what a real backtest left
const RECORDING = join(import.meta.dirname, "../../contract_tests/recordings/backtest.json");
const { report } = JSON.parse(readFileSync(RECORDING, "utf8")) as { report: BacktestReport };
const TRACE = readFileSync(join(import.meta.dirname, "traces/all-jobs.txt"), "utf8");

afterEach(cleanup);

function show(content: ReactNode): void {
  render(<MantineProvider>{content}</MantineProvider>);
}

it("shows the newest trades first, each column of them", () => {
  show(<TradesTable trades={report.trades} />);
  const [heading, first] = screen.getAllByRole("row");
  if (heading === undefined || first === undefined) throw new Error("There is no row");
  const newest = report.trades.at(-1);
  expect(within(heading).getAllByRole("columnheader")).toHaveLength(
    Object.keys(newest ?? {}).length,
  );
  const cells = within(first).getAllByRole("cell");
  expect(cells.map((cell) => cell.textContent).slice(0, 2)).toEqual([
    newest?.ticker,
    newest?.entry_date,
  ]);
});

it("shows each month in its year's row", () => {
  show(<MonthlyTable returns={report.monthly_returns} />);
  const years = new Set(report.monthly_returns.map(({ year }) => year));
  expect(screen.getAllByRole("row")).toHaveLength(1 + years.size);
  const shown = screen.getAllByRole("cell").filter((cell) => cell.textContent.endsWith("%"));
  expect(shown).toHaveLength(report.monthly_returns.length);
});

it("says what came of a finished backtest", () => {
  const records = [...TRACE.matchAll(/^data: (.*)$/gm)].map(
    (match) => JSON.parse(match[1] ?? "") as JobRecord,
  );
  const done = records.find((job) => job.job_type === "backtest" && job.result !== null);
  if (done?.job_type !== "backtest" || done.result === null) throw new Error("None succeeded");
  show(<JobProgress job={done} />);
  expect(screen.getByText(new RegExp(`with model ${done.result.model_version}`))).toBeDefined();
});

it("says what a training made, also when a figure does not exist", () => {
  const score = {
    horizon: 10,
    n_folds: 3,
    n_predictions: 1500,
    rank_ic: 0.031,
    rank_ic_t: null,
    hit_rate: 0.52,
  };
  const made = {
    version: "v1",
    feature_mode: "core",
    first_date: "2020-01-02",
    last_date: "2022-12-28",
    n_tickers: 20,
    scores: [score],
  } as const;
  expect(trainingOutcome({ ...made, scores: [score] })).toBe(
    "Model v1: 20 names, core features, 2020-01-02 to 2022-12-28; at 10 days rank IC 0.03 (t –), " +
      "hit rate 52.0%, of 1,500 predictions in 3 folds",
  );
});
