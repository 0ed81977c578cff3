/** What a job was asked for, in words: every field of its request under the contract's label. */
import type { FieldContract } from "./types/api.ts";
import {
  AUTOPILOT_REQUEST_DEFAULTS,
  AUTOPILOT_REQUEST_FIELDS,
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  fieldNames,
  PREDICT_REQUEST_DEFAULTS,
  PREDICT_REQUEST_FIELDS,
  TRAIN_REQUEST_DEFAULTS,
  TRAIN_REQUEST_FIELDS,
} from "./types/compute.ts";
import type { AutopilotJob, BacktestJob, JobRecord, PredictJob, TrainJob } from "./types/jobs.ts";

export interface Parameter {
  name: string;
  label: string;
  description: string;
  value: string;
  /** Whether it differs from the default. */
  changed: boolean;
}

type Value = string | number | boolean | readonly (string | number)[] | null;

const BACKTEST_NAMES = fieldNames(BACKTEST_REQUEST_FIELDS);
const TRAIN_NAMES = fieldNames(TRAIN_REQUEST_FIELDS);
const PREDICT_NAMES = fieldNames(PREDICT_REQUEST_FIELDS);
const AUTOPILOT_NAMES = fieldNames(AUTOPILOT_REQUEST_FIELDS);

export function backtestParameters(params: BacktestJob["params"]): Parameter[] {
  return BACKTEST_NAMES.map((name) =>
    told(name, BACKTEST_REQUEST_FIELDS[name], params[name], BACKTEST_REQUEST_DEFAULTS[name]),
  );
}

export function trainParameters(params: TrainJob["params"]): Parameter[] {
  return TRAIN_NAMES.map((name) =>
    told(name, TRAIN_REQUEST_FIELDS[name], params[name], TRAIN_REQUEST_DEFAULTS[name]),
  );
}

export function predictParameters(params: PredictJob["params"]): Parameter[] {
  return PREDICT_NAMES.map((name) =>
    told(name, PREDICT_REQUEST_FIELDS[name], params[name], PREDICT_REQUEST_DEFAULTS[name]),
  );
}

export function autopilotParameters(params: AutopilotJob["params"]): Parameter[] {
  return AUTOPILOT_NAMES.map((name) =>
    told(name, AUTOPILOT_REQUEST_FIELDS[name], params[name], AUTOPILOT_REQUEST_DEFAULTS[name]),
  );
}

export function parametersOf(job: JobRecord): Parameter[] {
  switch (job.job_type) {
    case "backtest":
      return backtestParameters(job.params);
    case "train":
      return trainParameters(job.params);
    case "predict":
      return predictParameters(job.params);
    case "autopilot":
      return autopilotParameters(job.params);
  }
}

function told(name: string, contract: FieldContract, value: Value, usual: Value): Parameter {
  const { label, description } = contract;
  const changed = written(value) !== written(usual);
  return { name, label, description, value: written(value), changed };
}

function written(value: Value): string {
  if (value === null) return "core list";
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "object" ? value.join(" ") : String(value);
}
