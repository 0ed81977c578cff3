/** A chart with a text alternative: a sentence, and a table on request. */
import { Table, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";

/** Minimum width of a column; the table scrolls on a narrow screen. */
const COLUMN_PX = 85;

interface Props {
  /** What the chart shows, in a sentence. */
  summary: string;
  columns: readonly string[];
  /** The rows of the table, computed when it is opened. */
  rows: () => readonly (readonly string[])[];
  children: ReactNode;
}

export function ChartFigure({ summary, columns, rows, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <figure className="figure">
      <div role="img" aria-label={summary}>
        {children}
      </div>
      <figcaption>
        <Text size="sm" c="dimmed" mt="xs">
          {summary}
        </Text>
      </figcaption>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>As a table</summary>
        {open && <Figures summary={summary} columns={columns} rows={rows()} />}
      </details>
    </figure>
  );
}

function Figures(props: {
  summary: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}) {
  const { summary, columns, rows } = props;
  return (
    <ScrollRegion label={`Figures of: ${summary}`} minWidth={columns.length * COLUMN_PX}>
      <Table className="figures" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row[0]}>
              {columns.map((name, index) => (
                <Table.Td key={name}>{row[index]}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}
