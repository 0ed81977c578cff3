/** Why a job failed: the job's outcome, and not an answer's. */
import { Alert, Text } from "@mantine/core";
import type { ApiErrorBody } from "../../types/api.ts";

export function JobError({ error, title }: { error: ApiErrorBody; title: string }) {
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Text size="sm">{error.message}</Text>
      {error.fields.map(({ path, message }) => (
        <Text size="sm" key={path}>
          <strong>{path}</strong>: {message}
        </Text>
      ))}
      <Text size="xs" c="dimmed" mt={4}>
        {error.code}
      </Text>
    </Alert>
  );
}
