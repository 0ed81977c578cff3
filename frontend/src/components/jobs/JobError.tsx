/** The error with which a job failed. */
import { Alert, Text } from "@mantine/core";
import type { ApiErrorBody } from "../../types/api.ts";
import type { JobType } from "../../types/jobs.ts";
import { fieldLabel } from "./parameters.ts";

interface Props {
  type: JobType;
  error: ApiErrorBody;
  title: string;
}

export function JobError({ type, error, title }: Props) {
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Text size="sm">{error.message}</Text>
      {error.fields.map(({ path, message }) => (
        <Text size="sm" key={path}>
          <strong>{fieldLabel(type, path)}</strong>: {message}
        </Text>
      ))}
      <Text size="xs" c="dimmed" mt={4}>
        {error.code}
      </Text>
    </Alert>
  );
}
