/** Asking for jobs: the answer is the record, which goes where every record is. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Exact } from "../../types/api.ts";
import type { BacktestRequest, TrainRequest } from "../../types/compute.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { post } from "../client.ts";
import { listJob, writeJob } from "./useJobs.ts";

function submitBacktest<T extends BacktestRequest>(body: Exact<T, BacktestRequest>) {
  return post("/api/compute/backtest", { body });
}

function submitTrain<T extends TrainRequest>(body: Exact<T, TrainRequest>) {
  return post("/api/compute/train", { body });
}

function useSubmit<Body>(
  submit: (body: Body) => Promise<JobRecord>,
): UseMutationResult<JobRecord, Error, Body> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: submit,
    onSuccess: (job) => {
      writeJob(client, job);
      listJob(client, job.job_id);
    },
  });
}

export function useSubmitBacktest(): UseMutationResult<JobRecord, Error, BacktestRequest> {
  return useSubmit(submitBacktest);
}

export function useSubmitTrain(): UseMutationResult<JobRecord, Error, TrainRequest> {
  return useSubmit(submitTrain);
}
