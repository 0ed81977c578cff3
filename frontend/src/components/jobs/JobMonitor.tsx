/** Every job, live: what it does, how far it is, and a way to end it. */
import { Group, Paper, Skeleton, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { memo } from "react";
import { useJob, useJobIds } from "../../api/queries/useJobs.ts";
import { clock } from "../../figures.ts";
import type { JobRecord } from "../../types/jobs.ts";
import { ErrorNotice } from "../answers/ErrorNotice.tsx";
import { CancelButton } from "./CancelButton.tsx";
import { JobLink } from "./JobLink.tsx";
import { JobProgress, JobStatusBadge } from "./JobProgress.tsx";

export function JobMonitor() {
  const { data: ids, error } = useJobIds();
  return (
    <Paper className="surface" p="lg">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Jobs
        </Title>
      </Group>
      {error !== null && <ErrorNotice error={error} title="The jobs could not be read" />}
      {ids === undefined && error === null && <Skeleton h={120} />}
      {ids?.length === 0 && (
        <Text c="dimmed" py="lg">
          No jobs yet. Train a model, then run a backtest with it.
        </Text>
      )}
      {ids !== undefined && ids.length > 0 && <JobTable ids={ids} />}
    </Paper>
  );
}

function JobTable({ ids }: { ids: string[] }) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm" layout="fixed" className="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={150}>Job</Table.Th>
            <Table.Th w={120}>Status</Table.Th>
            <Table.Th>Progress</Table.Th>
            <Table.Th w={110}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ids.map((id) => (
            <JobRow key={id} jobId={id} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
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
        <JobLink job={job} />
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
      <Table.Td ta="right">
        <CancelButton job={job} />
      </Table.Td>
    </Table.Tr>
  );
}
