/**
 * The one table of job types: a type that the contract gains breaks the build until it has a row here. It has
 * no components, because every page loads it.
 */

import type { QueryKey } from "@tanstack/react-query";
import { type LinkProps, linkOptions } from "@tanstack/react-router";
import { post } from "./api/client.ts";
import { AUTOPILOT_KEY } from "./api/queries/useAutopilot.ts";
import { BACKTESTS_KEY } from "./api/queries/useBacktests.ts";
import { MODELS_KEY } from "./api/queries/useModels.ts";
import { SIGNALS_KEY } from "./api/queries/useSignals.ts";
import { SYSTEM_HEALTH_KEY } from "./api/queries/useSystemHealth.ts";
import {
  autopilotOutcome,
  backtestOutcome,
  predictionOutcome,
  trainingOutcome,
} from "./format/outcomes.ts";
import type { PathOf } from "./types/api.ts";
import {
  AUTOPILOT_REQUEST_DEFAULTS,
  AUTOPILOT_REQUEST_FIELDS,
  BACKTEST_REQUEST_DEFAULTS,
  BACKTEST_REQUEST_FIELDS,
  type FieldsOf,
  fieldNames,
  PREDICT_REQUEST_DEFAULTS,
  PREDICT_REQUEST_FIELDS,
  TRAIN_REQUEST_DEFAULTS,
  TRAIN_REQUEST_FIELDS,
  type ValuesOf,
} from "./types/compute.ts";
import type {
  JobOf,
  JobRecord,
  JobType,
  RequestByType,
  RequestNames,
  SummaryByType,
} from "./types/jobs.ts";

export type SubmitHeaders = Record<"Idempotency-Key", string>;

interface JobTypeRow<T extends JobType> {
  /** Name on the page. */
  label: string;
  path: PathOf<"post">;
  submit: (body: RequestByType[T], headers: SubmitHeaders) => Promise<JobRecord>;
  fields: FieldsOf<RequestNames[T]>;
  defaults: Readonly<ValuesOf<RequestNames[T]>>;
  /** The summary in a sentence, for lists. */
  outcome: (summary: SummaryByType[T]) => string;
  resultLabel: string;
  resultLink: (job: { job_id: string; result: SummaryByType[T] }) => LinkProps;
  /** The queries that a job of this type makes stale when it ends. */
  invalidates: readonly QueryKey[];
}

export const JOB_TYPES: { readonly [T in JobType]: JobTypeRow<T> } = {
  train: {
    label: "Training",
    path: "/api/compute/train",
    submit: (body, headers) => post("/api/compute/train", { body, headers }),
    fields: TRAIN_REQUEST_FIELDS,
    defaults: TRAIN_REQUEST_DEFAULTS,
    outcome: trainingOutcome,
    resultLabel: "Model",
    resultLink: ({ result: { version } }) =>
      linkOptions({ to: "/models", search: { tab: "versions", version } }),
    invalidates: [MODELS_KEY, SYSTEM_HEALTH_KEY],
  },
  predict: {
    label: "Prediction",
    path: "/api/compute/predict",
    submit: (body, headers) => post("/api/compute/predict", { body, headers }),
    fields: PREDICT_REQUEST_FIELDS,
    defaults: PREDICT_REQUEST_DEFAULTS,
    outcome: predictionOutcome,
    resultLabel: "Latest signals",
    resultLink: () => linkOptions({ to: "/signals" }),
    invalidates: [SIGNALS_KEY, MODELS_KEY, SYSTEM_HEALTH_KEY],
  },
  backtest: {
    label: "Backtest",
    path: "/api/compute/backtest",
    submit: (body, headers) => post("/api/compute/backtest", { body, headers }),
    fields: BACKTEST_REQUEST_FIELDS,
    defaults: BACKTEST_REQUEST_DEFAULTS,
    outcome: backtestOutcome,
    resultLabel: "Report",
    resultLink: ({ job_id }) => linkOptions({ to: "/backtests/$jobId", params: { jobId: job_id } }),
    invalidates: [BACKTESTS_KEY, SYSTEM_HEALTH_KEY],
  },
  autopilot: {
    label: "Autopilot",
    path: "/api/compute/autopilot",
    submit: (body, headers) => post("/api/compute/autopilot", { body, headers }),
    fields: AUTOPILOT_REQUEST_FIELDS,
    defaults: AUTOPILOT_REQUEST_DEFAULTS,
    outcome: autopilotOutcome,
    resultLabel: "Latest cycle",
    resultLink: () => linkOptions({ to: "/autopilot" }),
    invalidates: [AUTOPILOT_KEY, MODELS_KEY, SYSTEM_HEALTH_KEY],
  },
};

/** The outcome of a job in a sentence; null where it has no result. */
export function outcomeOf<T extends JobType>({ job_type, result }: JobOf<T>): string | null {
  return result === null ? null : JOB_TYPES[job_type].outcome(result);
}

/**
 * The request of a type that takes every field which another request has too, and else the defaults. A list takes
 * what the other has in the singular: `horizons` has its `horizon`.
 */
export function requestLike<T extends JobType>(
  type: T,
  other: object,
): Readonly<ValuesOf<RequestNames[T]>> {
  const { defaults } = JOB_TYPES[type];
  const values = new Map<string, unknown>(Object.entries(other));
  const taken = fieldNames(defaults).flatMap((name): [string, unknown][] => {
    if (values.has(name)) return [[name, values.get(name)]];
    const single = name.replace(/s$/, "");
    return values.has(single) ? [[name, [values.get(single)]]] : [];
  });
  return { ...defaults, ...Object.fromEntries(taken) };
}

/** Request the same job again. */
export function submitAgain<T extends JobType>(
  { job_type, params }: JobOf<T>,
  headers: SubmitHeaders,
): Promise<JobRecord> {
  return JOB_TYPES[job_type].submit(params, headers);
}
