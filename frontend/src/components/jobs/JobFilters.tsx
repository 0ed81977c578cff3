/** Filters of the list of jobs; they are in the URL, so that they can be bookmarked and shared. */
import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { JOB_TYPES } from "../../jobTypes.ts";
import type { JobsSearch } from "../../pages/search.ts";
import { JOB_STATUS, JOB_TYPE } from "../../types/jobs.ts";

interface Choice {
  name: string;
  search: JobsSearch;
}

const ANY = "any";

export function JobFilters({ chosen }: { chosen: JobsSearch }) {
  const { status, job_type } = chosen;
  const keptStatus = status === undefined ? {} : { status };
  const keptType = job_type === undefined ? {} : { job_type };
  const statuses: Choice[] = JOB_STATUS.map((word) => ({
    name: word,
    search: { ...keptType, status: word },
  }));
  const types: Choice[] = JOB_TYPE.map((word) => ({
    name: JOB_TYPES[word].label,
    search: { ...keptStatus, job_type: word },
  }));
  return (
    <Group gap="6px 32px" mb="sm">
      <Choices label="Status" choices={[{ name: ANY, search: keptType }, ...statuses]} />
      <Choices label="Type" choices={[{ name: ANY, search: keptStatus }, ...types]} />
    </Group>
  );
}

function Choices({ label, choices }: { label: string; choices: readonly Choice[] }) {
  return (
    <Group component="nav" gap={2} aria-label={`Filter by ${label.toLowerCase()}`}>
      <Text size="xs" c="dimmed" mr={4}>
        {label}
      </Text>
      {choices.map(({ name, search }) => (
        <Anchor
          key={name}
          size="sm"
          underline="never"
          className="place choice"
          renderRoot={(props) => (
            <Link
              to="/jobs"
              search={search}
              activeOptions={{ exact: true, includeSearch: true }}
              {...props}
            />
          )}
        >
          {name}
        </Anchor>
      ))}
    </Group>
  );
}
