/**
 * Figures that the page computes from fields of the contract. No other module computes with them, so that a fact
 * is the same on every screen; each function takes whole records, so that no caller chooses between their fields.
 */
import type { PaperAccount, PaperFill, PaperPosition } from "../types/autopilot.ts";
import type { BacktestReport, MonthlyReturn } from "../types/backtests.ts";
import type { Figure } from "../types/figures.ts";
import type { JobRecord } from "../types/jobs.ts";
import type { ModelManifest } from "../types/models.ts";
import type { DataModeReport, ExecutionQuality } from "../types/systemHealth.ts";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const BPS = 10_000;

/** From submission to the start of the current attempt; null before it. */
export function waitedSeconds({ created_at, started_at }: JobRecord): number | null {
  return started_at === null ? null : secondsBetween(created_at, started_at);
}

interface Run {
  started_at: string | null;
  completed_at: string | null;
}

/** From the start of the current attempt to the end, or to this time; null before the start, or without an end. */
export function runSeconds({ started_at, completed_at }: Run, now?: number): number | null {
  if (started_at === null) return null;
  if (completed_at !== null) return secondsBetween(started_at, completed_at);
  return now === undefined ? null : (now - Date.parse(started_at)) / SECOND_MS;
}

/** The place of a date on an axis of time. */
export function epochSeconds(date: string): number {
  return Date.parse(date) / SECOND_MS;
}

function secondsBetween(start: string, end: string): number {
  return (Date.parse(end) - Date.parse(start)) / SECOND_MS;
}

/** What remains if a job goes on as fast as before. */
export function secondsLeft(job: JobRecord, now: number): number | null {
  const seconds = runSeconds(job, now);
  return seconds === null ? null : (seconds / job.progress) * (1 - job.progress);
}

export function percentDone({ progress }: JobRecord): number {
  return progress * 100;
}

/** The age of a version on live data. */
export function ageNow({ trained_at }: ModelManifest, now: number): Figure<"days"> {
  return (now - Date.parse(trained_at)) / DAY_MS;
}

/** The age of a version on demo data: the days that its data end before the last bar. */
export function ageAtLastBar({ last_date }: ModelManifest, data: DataModeReport): Figure<"days"> {
  return (Date.parse(data.last_date) - Date.parse(last_date)) / DAY_MS;
}

/** Returns one after the other. */
export function compounded(returns: readonly MonthlyReturn[]): Figure<"fraction"> {
  return returns.reduce((growth, { return_fraction }) => growth * (1 + return_fraction), 1) - 1;
}

/** The date of the deepest drawdown, the first one of several. */
export function deepestOn({ dates, drawdown, first_date }: BacktestReport): string {
  return dates[drawdown.indexOf(Math.min(...drawdown))] ?? first_date;
}

/** Equity by date, as a multiple of its first value. */
export function rebased({ dates, equity }: BacktestReport): Map<string, number | null> {
  const start = equity[0] ?? 0;
  return new Map(dates.map((date, day) => [date, start > 0 ? (equity[day] ?? 0) / start : null]));
}

/** Values as shares of the largest one, by size: from −1 to 1, for bars and tints. */
export function ofLargest<N extends number>(values: readonly N[]): (value: N) => number {
  const largest = Math.max(...values.map(Math.abs), 0);
  return (value) => (largest > 0 ? value / largest : 0);
}

/** Whether members of an ensemble disagree by more than what they predict. */
export function disagrees(signal: {
  predicted_return: Figure<"fraction">;
  disagreement: Figure<"fraction">;
}): boolean {
  return signal.disagreement > Math.abs(signal.predicted_return);
}

/** The return of an account since it was opened, or up to an earlier equity. */
export function returnOf(
  { equity, initial_cash }: PaperAccount,
  then: Figure<"currency"> = equity,
): Figure<"fraction"> {
  return then / initial_cash - 1;
}

export function investedShare({ invested, equity }: PaperAccount): Figure<"fraction"> {
  return invested / equity;
}

/** The lowest and the highest equity, initial cash included. */
export function equityRange({
  equity_curve,
  initial_cash,
}: PaperAccount): readonly [low: Figure<"currency">, high: Figure<"currency">] {
  return [Math.min(initial_cash, ...equity_curve), Math.max(initial_cash, ...equity_curve)];
}

export function marketValue({ shares, last_price }: PaperPosition): Figure<"currency"> {
  return shares * last_price;
}

/** Before costs. */
export function unrealisedGain(position: PaperPosition): Figure<"currency"> {
  return position.shares * (position.last_price - position.entry_price);
}

export function unrealisedReturn({ last_price, entry_price }: PaperPosition): Figure<"fraction"> {
  return last_price / entry_price - 1;
}

/** The sign of a price rise as a cost: positive for a buyer, negative for a seller. */
const COSTLY: Readonly<Record<PaperFill["side"], 1 | -1>> = { buy: 1, sell: -1 };

/** The price of a fill above the decision price, as a cost. */
export function shortfall({ side, fill_price, decision_price }: PaperFill): Figure<"bps"> {
  return COSTLY[side] * (fill_price / decision_price - 1) * BPS;
}

/** The mean cost of fills above the assumed one, also in standard errors; null: too few fills. */
export function excessCost(
  quality: ExecutionQuality,
): { size: Figure<"bps">; isBelow: boolean; errors: Figure<"ratio"> | null } | null {
  const { mean_shortfall_bps, assumed_cost_bps, standard_error_bps } = quality;
  if (mean_shortfall_bps === null || assumed_cost_bps === null) return null;
  const over = mean_shortfall_bps - assumed_cost_bps;
  const size = Math.abs(over);
  const isExact = standard_error_bps === null || standard_error_bps === 0;
  return { size, isBelow: over < 0, errors: isExact ? null : size / standard_error_bps };
}
