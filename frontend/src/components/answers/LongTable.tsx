/** A table that may have thousands of rows: some of them at a time, and a way to the others. */
import { Table } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Pager } from "./Pager.tsx";

export interface Column<Row> {
  name: string;
  /** Figures stand at the right, under each other. */
  numeric?: true;
  /** More about the name, for who points at it. */
  meaning?: string;
  /** Something to see: what is not there has a word of its own. */
  cell: (row: Row) => NonNullable<ReactNode>;
}

interface Props<Row> {
  /** What the rows are, for who cannot see where the table stands. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Below this many pixels the table scrolls. */
  minWidth: number;
  /** How many rows are shown at a time. */
  size?: number;
}

export function LongTable<Row>(props: Props<Row>) {
  const { label, columns, rows, keyOf, minWidth, size = 20 } = props;
  const [asked, setFirst] = useState(0);
  // rows may have become fewer since
  const first = asked < rows.length ? asked : 0;
  return (
    <>
      <Table.ScrollContainer
        minWidth={minWidth}
        type="native"
        role="region"
        aria-label={label}
        tabIndex={0}
      >
        <Table className="figures" verticalSpacing={5}>
          <Headings columns={columns} />
          <Table.Tbody>
            {rows.slice(first, first + size).map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map(({ name, numeric, cell }) => (
                  <Table.Td key={name} ta={numeric === true ? "right" : "left"}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Pager label={label} first={first} size={size} total={rows.length} onTurn={setFirst} />
    </>
  );
}

function Headings<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map(({ name, numeric, meaning }) => (
          <Table.Th key={name} ta={numeric === true ? "right" : "left"} title={meaning}>
            {name}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}
