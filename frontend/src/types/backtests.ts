/** Reports of finished backtests. */
import type { Schemas } from "./contract.gen.ts";

export type BacktestReport = Schemas["BacktestReport"];
export type BacktestItem = Schemas["BacktestItem"];
export type BacktestSummary = Schemas["BacktestSummary"];
export type Metrics = Schemas["Metrics"];
export type MonthlyReturn = Schemas["MonthlyReturn"];
export type Provenance = Schemas["Provenance"];
export type Trade = Schemas["Trade"];
