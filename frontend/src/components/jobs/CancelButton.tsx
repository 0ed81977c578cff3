/** Ends a job; there only where that can work. */
import { Button } from "@mantine/core";
import { useCancelJob } from "../../api/queries/useJobs.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";

export function CancelButton({ job }: { job: JobRecord }) {
  const cancel = useCancelJob();
  if (isFinal(job)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={job.cancel_requested}
      loading={cancel.isPending}
      onClick={() => cancel.mutate(job.job_id)}
      title={cancel.error?.message}
    >
      {job.cancel_requested ? "Cancelling…" : "Cancel"}
    </Button>
  );
}
