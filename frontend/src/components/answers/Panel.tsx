/** A titled surface: what every section of a page stands on. */
import { Group, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** 1 for the page's own title. */
  order?: 1 | 2 | 3;
  /** At the right of the title. */
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
