/** Cancels a job; not shown once the job has finished. */
import { Button } from "@mantine/core";
import { useCancelJob } from "../../api/queries/useJobs.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { ActionError } from "./ActionError.tsx";

export function CancelButton({ job }: { job: JobRecord }) {
  const cancel = useCancelJob();
  if (isFinal(job)) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        disabled={job.cancel_requested}
        loading={cancel.isPending}
        onClick={() => cancel.mutate(job.job_id)}
      >
        {job.cancel_requested ? "Cancelling…" : "Cancel"}
      </Button>
      <ActionError error={cancel.error} />
    </>
  );
}
