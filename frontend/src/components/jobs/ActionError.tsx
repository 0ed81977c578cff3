/** The error of an action, beside its button. */
import { Text } from "@mantine/core";

export function ActionError({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <Text size="xs" c="var(--page-loss)" role="alert" maw={320} className="unbroken">
      {error.message}
    </Text>
  );
}
