/** Submits the same job again, and links to the new one. */
import { Anchor, Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRunAgain } from "../../api/queries/useCompute.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { ActionError } from "./ActionError.tsx";

interface Props {
  job: JobRecord;
  /** Called with the new job; without it a link to the job appears. */
  onSubmitted?: (job: JobRecord) => void;
}

export function RunAgainButton({ job, onSubmitted }: Props) {
  const again = useRunAgain();
  return (
    <>
      {again.data !== undefined && onSubmitted === undefined && (
        <Anchor
          size="xs"
          role="status"
          renderRoot={(props) => (
            <Link to="/jobs/$jobId" params={{ jobId: again.data.job_id }} {...props} />
          )}
        >
          Open the new job
        </Anchor>
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={again.isPending}
        onClick={() => again.mutate(job, { onSuccess: (submitted) => onSubmitted?.(submitted) })}
      >
        Run again
      </Button>
      <ActionError error={again.error} />
    </>
  );
}
