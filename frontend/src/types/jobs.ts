/** Jobs and their event streams. */
import type { AutopilotRequest, BacktestRequest, PredictRequest, TrainRequest } from "./compute.ts";
import type { Exact, Schemas } from "./contract.gen.ts";

export type {
  Handlers,
  StreamContract,
  StreamEventsPayloads,
  StreamJobEventsPayloads,
} from "./contract.gen.ts";
export {
  JOB_STATUS,
  JOB_TYPE,
  STREAM_EVENTS,
  STREAM_JOB_EVENTS,
  subscribe,
} from "./contract.gen.ts";

export type JobRecord = Schemas["JobRecord"];
export type DeletedJob = Schemas["DeletedJob"];
export type AutopilotJob = Schemas["AutopilotJob"];
export type BacktestJob = Schemas["BacktestJob"];
export type PredictJob = Schemas["PredictJob"];
export type TrainJob = Schemas["TrainJob"];
export type TrainSummary = Schemas["TrainSummary"];
export type PredictSummary = Schemas["PredictSummary"];
export type AutopilotSummary = Schemas["AutopilotSummary"];
export type JobStatus = Schemas["JobStatus"];
export type JobType = Schemas["JobType"];

/** The name of the request for each type of job. */
export interface RequestNames {
  train: "TrainRequest";
  predict: "PredictRequest";
  backtest: "BacktestRequest";
  autopilot: "AutopilotRequest";
}

/** The body that requests each type of job. */
export type RequestByType = { [T in JobType]: Schemas[RequestNames[T]] };

/**
 * The parameters in each type's record; a field that the request does not have breaks the build, and so do the
 * parameters of another type.
 */
export interface ParamsByType {
  train: Exact<TrainJob["params"], TrainRequest> & WithoutOthers<"train">;
  predict: Exact<PredictJob["params"], PredictRequest> & WithoutOthers<"predict">;
  backtest: Exact<BacktestJob["params"], BacktestRequest> & WithoutOthers<"backtest">;
  autopilot: Exact<AutopilotJob["params"], AutopilotRequest> & WithoutOthers<"autopilot">;
}

type FieldOf = { [T in JobType]: keyof RequestByType[T] }[JobType];
type WithoutOthers<T extends JobType> = {
  readonly [Other in Exclude<FieldOf, keyof RequestByType[T]>]?: never;
};

export interface SummaryByType {
  train: TrainSummary;
  predict: PredictSummary;
  backtest: Schemas["BacktestSummary"];
  autopilot: AutopilotSummary;
}

/** `JobRecord`, in the form in which TypeScript relates the type of a job to its parameters and summary. */
export type JobOf<T extends JobType> = {
  [K in T]: Extract<JobRecord, { job_type: K }> & {
    job_type: K;
    params: ParamsByType[K];
    result: SummaryByType[K] | null;
  };
}[T];

/** Whether a status is final: the job does not change any more. A new status breaks the build here. */
const FINAL: Readonly<Record<JobStatus, boolean>> = {
  queued: false,
  running: false,
  succeeded: true,
  failed: true,
  cancelled: true,
};

export function isFinal(job: JobRecord): boolean {
  return FINAL[job.status];
}
