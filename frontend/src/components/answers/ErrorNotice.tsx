/** An error: its message, the fields that it concerns, and the request id for the log. */
import { Alert, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../../api/client.ts";
import type { FieldError } from "../../types/api.ts";

interface Props {
  error: Error;
  title: string;
  /** Paths of fields whose errors the form shows. */
  shown?: ReadonlySet<string>;
  /** A button to resolve the error. */
  action?: ReactNode;
}

export function ErrorNotice({ error, title, shown, action }: Props) {
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
      {action !== undefined && <Group mt="xs">{action}</Group>}
    </Alert>
  );
}
