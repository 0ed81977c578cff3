/** A region in which a wide table scrolls, also with the keyboard. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** What the table shows, for screen readers. */
  label: string;
  /** Width in pixels below which the table scrolls. */
  minWidth: number;
  children: ReactNode;
}

export function ScrollRegion({ label, minWidth, children }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      {children}
    </Table.ScrollContainer>
  );
}
