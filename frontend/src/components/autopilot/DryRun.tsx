/** The decisions of the latest dry run, which are stored in its job only. */
import { Group, Stack, Text } from "@mantine/core";
import { useJob, useJobIds } from "../../api/queries/useJobs.ts";
import { clock } from "../../format/figures.ts";
import { Panel } from "../answers/Panel.tsx";
import { JobLink } from "../jobs/JobLink.tsx";
import { ParameterLine } from "../jobs/ParameterLine.tsx";
import { parametersOf } from "../jobs/parameters.ts";
import { CycleSteps } from "./CycleSteps.tsx";
import { CYCLES } from "./cycleJobs.ts";

/** Renders nothing unless the newest cycle is a successful dry run. */
export function DryRun() {
  const newest = useJobIds(CYCLES).data?.[0];
  return newest === undefined ? null : <Decided jobId={newest} />;
}

function Decided({ jobId }: { jobId: string }) {
  const { data: job } = useJob(jobId);
  if (job?.job_type !== "autopilot" || job.result?.dry_run !== true) return null;
  return (
    <Panel title="Latest dry run" aside={<JobLink job={job} />}>
      <Stack gap="md">
        <Stack gap={4}>
          <Group gap="xs">
            <Text size="sm">{clock(job.created_at)}</Text>
            <Text size="sm" c="dimmed">
              This is what a cycle would do. Nothing was changed.
            </Text>
          </Group>
          <ParameterLine parameters={parametersOf(job)} />
        </Stack>
        <CycleSteps decisions={job.result.decisions} over />
      </Stack>
    </Panel>
  );
}
