/** Jobs and their streams, under the names that the page uses. */
import type { Schemas } from "./contract.gen.ts";

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
export type AutopilotJob = Schemas["AutopilotJob"];
export type BacktestJob = Schemas["BacktestJob"];
export type PredictJob = Schemas["PredictJob"];
export type TrainJob = Schemas["TrainJob"];
export type TrainSummary = Schemas["TrainSummary"];
export type PredictSummary = Schemas["PredictSummary"];
export type AutopilotSummary = Schemas["AutopilotSummary"];
export type JobStatus = Schemas["JobStatus"];
export type JobType = Schemas["JobType"];

/** Whether nothing about the job will change any more; a new status breaks the build here. */
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
