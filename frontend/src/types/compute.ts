/** The bodies of compute requests, with the defaults and bounds that the contract gives them. */
import type { Schemas } from "./contract.gen.ts";

export {
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  TRAIN_REQUEST_DEFAULTS,
} from "./contract.gen.ts";

export type BacktestRequest = Schemas["BacktestRequest"];
export type TrainRequest = Schemas["TrainRequest"];
