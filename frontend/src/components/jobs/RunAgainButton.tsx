/** Asks for the same once more, and says where that is. */
import { Anchor, Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRunAgain } from "../../api/queries/useCompute.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { ActionError } from "./ActionError.tsx";

interface Props {
  job: JobRecord;
  /** Goes to the new job; without it a link to it appears. */
  onAsked?: (asked: JobRecord) => void;
}

export function RunAgainButton({ job, onAsked }: Props) {
  const again = useRunAgain();
  return (
    <>
      {again.data !== undefined && onAsked === undefined && (
        <Anchor
          size="xs"
          role="status"
          renderRoot={(props) => (
            <Link to="/jobs/$jobId" params={{ jobId: again.data.job_id }} {...props} />
          )}
        >
          Asked for
        </Anchor>
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={again.isPending}
        onClick={() => again.mutate(job, { onSuccess: (asked) => onAsked?.(asked) })}
      >
        Run again
      </Button>
      <ActionError error={again.error} />
    </>
  );
}
