/** A live table of jobs: each row reads its own job, so that an event renders one row and not the table. */
import { Group, Table, Text } from "@mantine/core";
import { memo, useMemo } from "react";
import { useJob } from "../../api/queries/useJobs.ts";
import { clock } from "../../format/figures.ts";
import { isFinal, type JobRecord } from "../../types/jobs.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";
import { CancelButton } from "./CancelButton.tsx";
import { CurlButton } from "./CurlButton.tsx";
import { JobLink, ResultLink } from "./JobLink.tsx";
import { JobProgress, JobStatusBadge } from "./JobProgress.tsx";
import { parametersOf } from "./parameters.ts";
import { RunAgainButton } from "./RunAgainButton.tsx";

export function JobMonitor({ ids }: { ids: readonly string[] }) {
  return (
    <ScrollRegion label="List of jobs" minWidth={900}>
      <Table verticalSpacing={6} layout="fixed" className="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={160}>Job</Table.Th>
            <Table.Th w={125}>Status</Table.Th>
            <Table.Th>Progress and outcome</Table.Th>
            <Table.Th w={210}>Changed parameters</Table.Th>
            <Table.Th w={165} ta="right">
              Actions
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ids.map((id) => (
            <JobRow key={id} jobId={id} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

const JobRow = memo(function JobRow({ jobId }: { jobId: string }) {
  const { data: job } = useJob(jobId);
  return job === undefined ? null : <JobCells job={job} />;
});

function JobCells({ job }: { job: JobRecord }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8}>
          <JobLink job={job} />
          <ResultLink job={job} />
        </Group>
        <Text size="xs" c="dimmed">
          {clock(job.created_at)}
        </Text>
      </Table.Td>
      <Table.Td>
        <JobStatusBadge job={job} />
      </Table.Td>
      <Table.Td>
        <JobProgress job={job} />
      </Table.Td>
      <Table.Td>
        <Changes job={job} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {isFinal(job) ? <RunAgainButton job={job} /> : <CancelButton job={job} />}
          <CurlButton job={job} name="curl" />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Changes({ job }: { job: JobRecord }) {
  const changes = useMemo(() => changesOf(job), [job]);
  return (
    <Text size="xs" c="dimmed" lineClamp={2} title={changes} className="unbroken">
      {changes}
    </Text>
  );
}

function changesOf(job: JobRecord): string {
  const changed = parametersOf(job).filter(({ changed }) => changed);
  if (changed.length === 0) return "–";
  return changed.map(({ label, value }) => `${label.toLowerCase()} ${value}`).join(" · ");
}
