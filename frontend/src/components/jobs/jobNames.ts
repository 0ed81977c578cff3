/** What the page calls each type of job. */
import type { JobType } from "../../types/jobs.ts";

export const JOB_NAMES: Readonly<Record<JobType, string>> = {
  train: "Training",
  predict: "Prediction",
  backtest: "Backtest",
  autopilot: "Autopilot",
};
