/** A section of a page, with a title. */
import { Group, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** Level of the heading: 1 for the title of the page. */
  order?: 1 | 2 | 3;
  /** Shown to the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, order = 2, aside, children }: Props) {
  return (
    <Paper className="surface" p="lg" component="section" aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Title order={order} size="h4">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}
