/** The message for an empty list: what is missing, and what to do. */
import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({ what, children }: { what: string; children?: ReactNode }) {
  return (
    <Stack gap={4} py="xl" align="center" ta="center">
      <Text fw={600}>{what}</Text>
      {children !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
      )}
    </Stack>
  );
}
