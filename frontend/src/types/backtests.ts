/** What a finished backtest says. */
import type { Schemas } from "./contract.gen.ts";

export type BacktestReport = Schemas["BacktestReport"];
export type BacktestItem = Schemas["BacktestItem"];
export type Metrics = Schemas["Metrics"];
export type Provenance = Schemas["Provenance"];
