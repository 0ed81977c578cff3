/** The bodies of compute requests, with their defaults and bounds from the contract. */
import type { Schemas } from "./contract.gen.ts";

export type { FieldsOf, Of, ValuesOf } from "./contract.gen.ts";
export {
  AUTOPILOT_REQUEST_DEFAULTS,
  AUTOPILOT_REQUEST_FIELDS,
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  PREDICT_REQUEST_DEFAULTS,
  PREDICT_REQUEST_FIELDS,
  TRAIN_REQUEST_DEFAULTS,
  TRAIN_REQUEST_FIELDS,
} from "./contract.gen.ts";

export type AutopilotRequest = Schemas["AutopilotRequest"];
export type BacktestRequest = Schemas["BacktestRequest"];
export type PredictRequest = Schemas["PredictRequest"];
export type TrainRequest = Schemas["TrainRequest"];

/** The field names of a request, in the contract's order. */
export function fieldNames<Fields extends object>(
  fields: Fields,
): readonly (keyof Fields & string)[] {
  return Object.keys(fields) as (keyof Fields & string)[];
}
