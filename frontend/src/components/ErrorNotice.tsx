/** What went wrong, what to do about it, and the id that finds it in the log. */
import { Alert, Text } from "@mantine/core";
import { ApiError } from "../api/client.ts";
import type { FieldError } from "../types/api.ts";

interface Props {
  error: Error;
  title: string;
  /** Fields that are marked elsewhere already. */
  shown?: ReadonlySet<string>;
}

export function ErrorNotice({ error, title, shown }: Props) {
  const fields: FieldError[] =
    error instanceof ApiError ? error.fields.filter(({ path }) => shown?.has(path) !== true) : [];
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Text size="sm">{error.message}</Text>
      {fields.map(({ path, message }) => (
        <Text size="sm" key={path}>
          <strong>{path}</strong>: {message}
        </Text>
      ))}
      {error instanceof ApiError && (
        <Text size="xs" c="dimmed" mt={4}>
          {error.code} · request {error.request_id}
        </Text>
      )}
    </Alert>
  );
}
