/** Asking for jobs: the answer is the record, which goes where every record is. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { Exact } from "../../types/api.ts";
import type {
  AutopilotRequest,
  BacktestRequest,
  PredictRequest,
  TrainRequest,
} from "../../types/compute.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { ApiError, post } from "../client.ts";
import { keepJob } from "./useJobs.ts";

/** The headers that make a request which is sent again the same request. */
type Headers = Record<"Idempotency-Key", string>;
type Submit<Body> = (body: Body, headers: Headers) => Promise<JobRecord>;

function submitBacktest<T extends BacktestRequest>(
  body: Exact<T, BacktestRequest>,
  headers: Headers,
) {
  return post("/api/compute/backtest", { body, headers });
}

function submitTrain<T extends TrainRequest>(body: Exact<T, TrainRequest>, headers: Headers) {
  return post("/api/compute/train", { body, headers });
}

function submitPredict<T extends PredictRequest>(body: Exact<T, PredictRequest>, headers: Headers) {
  return post("/api/compute/predict", { body, headers });
}

function submitAutopilot<T extends AutopilotRequest>(
  body: Exact<T, AutopilotRequest>,
  headers: Headers,
) {
  return post("/api/compute/autopilot", { body, headers });
}

function submitAgain(job: JobRecord, headers: Headers): Promise<JobRecord> {
  switch (job.job_type) {
    case "backtest":
      return submitBacktest(job.params, headers);
    case "train":
      return submitTrain(job.params, headers);
    case "predict":
      return submitPredict(job.params, headers);
    case "autopilot":
      return submitAutopilot(job.params, headers);
  }
}

interface Attempt {
  body: string;
  key: string;
}

/** A request whose answer was lost is the same request when it is sent again; what was answered is over. */
function useSubmit<Body>(submit: Submit<Body>): UseMutationResult<JobRecord, Error, Body> {
  const client = useQueryClient();
  const open = useRef<Attempt | null>(null);
  return useMutation<JobRecord, Error, Body>({
    mutationFn: async (body: Body) => {
      const text = JSON.stringify(body);
      if (open.current?.body !== text) open.current = { body: text, key: randomKey() };
      try {
        const job = await submit(body, { "Idempotency-Key": open.current.key });
        open.current = null;
        return job;
      } catch (error) {
        if (error instanceof ApiError) open.current = null;
        throw error;
      }
    },
    onSuccess: (job) => keepJob(client, job),
  });
}

/** `crypto.randomUUID` is there on https and loopback only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function useSubmitBacktest(): UseMutationResult<JobRecord, Error, BacktestRequest> {
  return useSubmit(submitBacktest);
}

export function useSubmitTrain(): UseMutationResult<JobRecord, Error, TrainRequest> {
  return useSubmit(submitTrain);
}

export function useSubmitPredict(): UseMutationResult<JobRecord, Error, PredictRequest> {
  return useSubmit(submitPredict);
}

export function useSubmitAutopilot(): UseMutationResult<JobRecord, Error, AutopilotRequest> {
  return useSubmit(submitAutopilot);
}

/** Ask for the same once more. */
export function useRunAgain(): UseMutationResult<JobRecord, Error, JobRecord> {
  return useSubmit(submitAgain);
}
