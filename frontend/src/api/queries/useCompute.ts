/** Requests for jobs: the answer is the record, which is written to the cache like every other record. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { JOB_TYPES, type SubmitHeaders, submitAgain } from "../../jobTypes.ts";
import type { JobRecord, JobType, RequestByType } from "../../types/jobs.ts";
import { ApiError } from "../client.ts";
import { keepJob } from "./useJobs.ts";

interface Attempt {
  body: string;
  key: string;
}

/**
 * Send a body with an idempotency key. While the answer is lost, the same body is sent again with the same key;
 * an answer, or another body, ends that.
 */
function useIdempotent<Body>(
  submit: (body: Body, headers: SubmitHeaders) => Promise<JobRecord>,
): UseMutationResult<JobRecord, Error, Body> {
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

/** `crypto.randomUUID` exists on https and loopback only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function useSubmit<T extends JobType>(
  type: T,
): UseMutationResult<JobRecord, Error, RequestByType[T]> {
  return useIdempotent(JOB_TYPES[type].submit);
}

/** Request the same job again. */
export function useRunAgain(): UseMutationResult<JobRecord, Error, JobRecord> {
  return useIdempotent<JobRecord>(submitAgain);
}
